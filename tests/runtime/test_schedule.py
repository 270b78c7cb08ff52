"""What beat sends must be there, and must be such that it can be sent."""

import pytest
from celery import current_app

from itsm.celery import BEAT_SCHEDULE


@pytest.fixture(scope="module")
def tasks():
    current_app.loader.import_default_modules()
    return current_app.tasks


@pytest.mark.parametrize("entry", BEAT_SCHEDULE.values(), ids=BEAT_SCHEDULE)
def test_every_scheduled_task_exists_and_keeps_within_its_own_limits(tasks, entry):
    task = tasks[entry["task"]]
    hard = task.time_limit or current_app.conf.task_time_limit
    soft = task.soft_time_limit or current_app.conf.task_soft_time_limit or 0

    assert 0 < hard <= 3600
    assert soft <= hard
    assert entry["options"]["expires"] > 0
