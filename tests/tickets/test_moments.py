"""Moments at the ends of the calendar: stored once, they could not be read again, and nobody could open the ticket."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.exceptions import AnswersMissing
from core.moves import perform
from incidents.models import Incident
from tests.portal.conftest import resolution
from tickets.services.referring import refer

pytestmark = pytest.mark.django_db

ENDS = ("9999-12-31T23:59:59-14:00", "9999-12-31T23:59", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00")


@pytest.mark.parametrize("moment", ENDS)
def test_a_move_refuses_a_moment_that_could_not_be_read_again(ticket, agent, moment):
    perform(ticket, "take", actor=agent)

    with pytest.raises(AnswersMissing) as refusal:
        perform(ticket, "hold", actor=agent, hold_reason="observing", wake_at=moment)
    assert "wake_at" in refusal.value.errors
    with pytest.raises(AnswersMissing):
        perform(ticket, "resolve", actor=agent, restored_at=moment, **resolution())

    soon = timezone.now() + timedelta(hours=1)
    perform(ticket, "hold", actor=agent, hold_reason="observing", wake_at=soon)
    assert Incident.objects.get(pk=ticket.pk).wake_at == soon


@pytest.mark.parametrize("moment", ENDS)
def test_a_supplier_cannot_promise_what_the_desk_could_not_open(
    ticket, agent, supplier, supplier_organisation, signed_in, moment
):
    referral = refer(ticket=ticket, supplier=supplier_organisation, actor=agent)
    page = f"/supplier/{ticket.number}/details/"

    answer = signed_in(supplier).post(page, {"promised_at": moment, "reference": "", "contact": ""})

    assert answer.status_code == 422
    referral.refresh_from_db()
    assert referral.promised_at is None
    assert signed_in(agent).get(ticket.get_absolute_url()).status_code == 200
    assert signed_in(supplier).post(page, {"promised_at": "2100-01-01T09:00"}).status_code == 302
