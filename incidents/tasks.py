from celery import shared_task

from incidents.services import chase_requesters, close_resolved
from incidents.services import wake_due as wake


@shared_task(time_limit=300, ignore_result=True)
def wake_holds() -> None:
    wake()
    chase_requesters()


@shared_task(name="incidents.tasks.close_resolved", time_limit=300, ignore_result=True)
def close_resolved_incidents() -> None:
    close_resolved()
