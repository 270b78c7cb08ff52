"""What is done to several tickets at once, and what a person reads about those that were skipped."""

import pytest

from core.exceptions import Refused
from core.moves import perform
from tickets.queue.bulk import carry_out, move_action

pytestmark = pytest.mark.django_db
HOLD = move_action("hold", "Hold", "player-pause")


@pytest.fixture
def taken(opened, agent):
    return perform(opened("Prints nothing"), "take", actor=agent)


def test_what_is_missing_is_said_without_the_names_of_fields(taken, agent):
    missed = carry_out(HOLD, [taken], agent, {})
    done = carry_out(HOLD, [taken], agent, {"hold_reason": "requester"})

    [(ticket, reason)] = missed.skipped
    assert ticket == taken
    assert reason
    assert "hold_reason" not in reason
    assert [each.status for each in done.changed] == ["on_hold"]


def test_of_all_or_none_the_first_that_is_refused_is_named(taken, opened, agent):
    untaken = opened("Nobody has it")

    with pytest.raises(Refused, match=f"^{untaken.number}: "):
        carry_out(HOLD, [taken, untaken], agent, {"hold_reason": "requester"}, all_or_none=True)

    taken.refresh_from_db()
    assert taken.status == "in_progress"
