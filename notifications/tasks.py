"""Tasks of the notifications. Each is safe to run twice, and at the same time."""

from celery import shared_task

from notifications import mails, services


@shared_task(soft_time_limit=60, time_limit=90)
def send_mails() -> int:
    return mails.send_due()


@shared_task(time_limit=300)
def prune_told() -> int:
    return mails.prune() + services.prune()
