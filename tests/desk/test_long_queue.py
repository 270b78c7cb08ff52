"""A queue that is longer than what is counted."""

import pytest

from tests.metrics.made import unsaved
from tickets.bulk import insert_tickets

pytestmark = pytest.mark.django_db


def test_a_long_queue_says_that_there_are_more_than_it_counted(mara, requester):
    insert_tickets([unsaved(requester) for _each in range(1_001)])

    answer = mara.get("/incidents/")

    assert answer.status_code == 200
    assert '<span class="page-head-count">1,000+</span>' in answer.content.decode()
