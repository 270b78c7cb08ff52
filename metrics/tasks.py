from celery import shared_task

from metrics import rollups


@shared_task(time_limit=300)
def refresh_rollups() -> None:
    """Work in what happened to incidents since the last time."""
    rollups.refresh()
