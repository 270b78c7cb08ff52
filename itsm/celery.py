"""The Celery application, and everything that happens on a schedule."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

from core.sweeper import Sweeper

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings")

app = Celery("itsm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()  # threads of a web process, too, must find this one and not an empty application
app.steps["worker"].add(DjangoStructLogInitStep)
app.steps["worker"].add(Sweeper)  # sweeps when nobody asks: the broker or beat is down
app.autodiscover_tasks()
app.autodiscover_tasks(["core.operations"])

# `expires` drops a beat that no worker took in time: after an outage one run does the work of all that were missed.
# fmt: off
BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep-deliveries": {"task": "core.tasks.sweep_deliveries",    "schedule": 5.0,                        "options": {"expires": 5}},
    "send-mails":       {"task": "notifications.tasks.send_mails", "schedule": 5.0,                        "options": {"expires": 5}},
    "prune-told":       {"task": "notifications.tasks.prune_told", "schedule": crontab(hour=3, minute=20), "options": {"expires": 3600}},
    "beat-heartbeat":   {"task": "core.tasks.beat_heartbeat",      "schedule": 10.0,                       "options": {"expires": 10}},
    "prune-deliveries": {"task": "core.tasks.prune_deliveries",    "schedule": crontab(hour=3, minute=10), "options": {"expires": 3600}},
    "prune-idempotency-keys": {"task": "core.tasks.prune_idempotency_keys", "schedule": crontab(minute=40), "options": {"expires": 3600}},
    "refresh-rollups":  {"task": "metrics.tasks.refresh_rollups",  "schedule": 30.0,                       "options": {"expires": 30}},
    "wake-holds":       {"task": "incidents.tasks.wake_holds",     "schedule": 60.0,                       "options": {"expires": 60}},
    "close-resolved":   {"task": "incidents.tasks.close_resolved", "schedule": crontab(minute=5),          "options": {"expires": 3600}},
    "backup":           {"task": "core.tasks.backup",              "schedule": crontab(hour=2, minute=30), "options": {"expires": 7200}},
    "test-restore":     {"task": "core.tasks.test_restore",        "schedule": crontab(hour=4, minute=30, day_of_week=0), "options": {"expires": 7200}},
}
# fmt: on
app.conf.beat_schedule = BEAT_SCHEDULE


@setup_logging.connect
def _keep_djangos_logging(**_: Any) -> None:
    """Being connected is enough: Celery then leaves the logging set up by the settings alone."""
