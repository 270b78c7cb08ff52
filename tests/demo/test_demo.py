"""The demo is believable: everything lies in the past, in every state, and is made by the services."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.demo_roles import DEMO_ROLES
from accounts.models import Team, User
from cmdb.models import ConfigurationItem, Service
from core.models import Activity, Delivery
from incidents.models import Announcement, Incident
from incidents.models.incident import Status

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_the_demo_has_its_company_its_estate_and_a_queue_in_every_state():
    call_command("demo_data", incidents=140, stdout=StringIO())

    assert Team.objects.count() == 6
    assert User.objects.count() == 40
    assert Service.objects.count() == 12
    assert ConfigurationItem.objects.exclude(pk__in=Service.objects.values("pk")).count() == 120
    assert Incident.objects.count() == 140
    assert set(Incident.objects.values_list("status", flat=True)) == set(Status)
    assert Announcement.objects.current().exists()
    assert {role.username for role in DEMO_ROLES} <= set(User.objects.values_list("username", flat=True))
    assert not Activity.objects.filter(at__gt=timezone.now()).exists()
    assert not Delivery.objects.exists(), "nobody is told of a past that was made up"
    ben = User.objects.get(username="ben")
    assert Incident.objects.visible_to(ben).filter(hold_reason="requester").exists()


def test_the_demo_is_not_made_where_people_are_already(requester):
    with pytest.raises(CommandError, match="empty database only"):
        call_command("demo_data", stdout=StringIO())
