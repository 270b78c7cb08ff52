"""Which service an incident is of, by what was said and by the items that are hit."""

import pytest

from tests.factories import ConfigurationItemFactory, ServiceFactory

pytestmark = pytest.mark.django_db


def test_an_incident_is_of_the_first_service_among_its_items(opened):
    server, mail, payroll = ConfigurationItemFactory(), ServiceFactory(name="Mail"), ServiceFactory(name="Payroll")

    assert opened(cis=[server, payroll, mail]).service == payroll
    assert opened(cis=[mail, payroll]).service == mail


def test_items_without_a_service_among_them_name_none(opened):
    assert opened(cis=[ConfigurationItemFactory()]).service is None


def test_a_service_that_was_said_stands_before_the_items(opened):
    mail, payroll = ServiceFactory(name="Mail"), ServiceFactory(name="Payroll")

    assert opened(service=mail, cis=[payroll]).service == mail
