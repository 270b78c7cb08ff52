"""The cast is what its names say: other tests lean on it."""

import pytest

from accounts.roles import Role


@pytest.mark.django_db
def test_agents_reach_the_company_that_their_team_serves_and_its_parts(agent, second_line, northgate, depot):
    assert set(agent.access.served_ids) == {northgate.pk, depot.pk}
    assert set(second_line.access.served_ids) == {northgate.pk, depot.pk}


def test_nobody_reaches_the_strangers_company(agent, manager, integration, stranger):
    for person in (agent, manager, integration):
        assert stranger.organisation_id not in person.access.served_ids


def test_roles_are_as_named(requester, colleague, stranger, agent, manager, auditor, administrator, supplier):
    for person in (requester, colleague, stranger):
        assert person.roles == Role.REQUESTER
    assert agent.access.is_desk
    assert manager.has_role(Role.INCIDENT_MANAGER)
    assert auditor.access.reads_desk
    assert not auditor.access.is_desk
    assert administrator.has_role(Role.ADMINISTRATOR)
    assert supplier.access.supplier_id == supplier.organisation_id
    assert supplier.has_role(Role.SUPPLIER)


def test_the_manager_leads_the_desk(manager, desk):
    assert manager.access.led_team_ids == [desk.pk]
