import pytest

from accounts.models import User
from core import outbox
from incidents.models import Incident
from incidents.services.opening import open_incident
from notifications import mails


@pytest.fixture
def incident(requester: User, agent: User, desk) -> Incident:
    """Opened by the requester, nobody has it yet; what it told people has been delivered and sent."""
    made = open_incident(actor=requester, requester=requester, title="The printer is on fire", channel="portal")
    outbox.sweep_deliveries()
    mails.send_due()
    return made
