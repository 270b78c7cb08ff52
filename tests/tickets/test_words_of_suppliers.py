"""A supplier's people write while they have the ticket."""

import pytest
from django.core.exceptions import PermissionDenied

from incidents.services import open_incident
from tickets.services.referring import refer, take_back
from tickets.services.words import add_comment

pytestmark = pytest.mark.django_db


def test_they_write_while_they_have_it_and_not_after_it_went_back(requester, agent, desk, supplier):
    incident = open_incident(actor=requester, requester=requester, title="Line down")
    referral = refer(ticket=incident, supplier=supplier.organisation, actor=agent, question="Is it yours?")

    assert add_comment(ticket=incident, text="We look", actor=supplier).audience == "supplier"
    take_back(referral=referral, actor=agent)

    with pytest.raises(PermissionDenied, match="handed it back"):
        add_comment(ticket=incident, text="One more thing", actor=supplier)
