"""The fixed cast. Who somebody is to the data never changes, so that a test can be read without looking here.

`northgate` is a company with a part, `depot`; `elsewhere` is another company, which no team serves. Two teams serve
`northgate` and all below it: `desk` (the service desk, which takes what no rule routes) and `network` (second line).
"""

from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from accounts.models import Organisation, Team, User
from accounts.roles import Role
from tests.authorisation.world import cast, world  # noqa: F401 - fixtures for all tests
from tests.factories import OrganisationFactory, TeamFactory, UserFactory

# How fast an example is made says something of the machine, and nothing of the desk.
hypothesis.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("desk")


@pytest.fixture
def northgate(db: None) -> Organisation:
    return OrganisationFactory(key="northgate", name="Northgate Logistics")


@pytest.fixture
def depot(northgate: Organisation) -> Organisation:
    """A part of `northgate`."""
    return OrganisationFactory(key="northgate-depot", name="Northgate depot", parent=northgate)


@pytest.fixture
def elsewhere(db: None) -> Organisation:
    """Another company; no team serves it."""
    return OrganisationFactory(key="elsewhere", name="Elsewhere Foods", kind=Organisation.Kind.CUSTOMER)


@pytest.fixture
def supplier_organisation(db: None) -> Organisation:
    return OrganisationFactory(key="netcore", name="Netcore", kind=Organisation.Kind.SUPPLIER)


@pytest.fixture
def desk(northgate: Organisation) -> Team:
    return TeamFactory(
        key="desk", name="Service desk", level=Team.Level.SERVICE_DESK, is_default=True, serves=[northgate]
    )


@pytest.fixture
def network(northgate: Organisation) -> Team:
    return TeamFactory(key="network", name="Network", level=Team.Level.SECOND_LINE, serves=[northgate])


@pytest.fixture
def requester(northgate: Organisation) -> User:
    return UserFactory(username="ben", name="Ben Achterberg", organisation=northgate)


@pytest.fixture
def colleague(northgate: Organisation) -> User:
    """Of the requester's organisation; without a role."""
    return UserFactory(username="carla", name="Carla Novak", organisation=northgate)


@pytest.fixture
def stranger(elsewhere: Organisation) -> User:
    """Of another company; without a role."""
    return UserFactory(username="otto", name="Otto Lang", organisation=elsewhere)


@pytest.fixture
def agent(northgate: Organisation, desk: Team) -> User:
    """Works on the service desk."""
    return UserFactory(username="mara", name="Mara Lindqvist", organisation=northgate, roles=Role.AGENT, teams=[desk])


@pytest.fixture
def manager(northgate: Organisation, desk: Team) -> User:
    """Leads the service desk, and is incident manager."""
    person = UserFactory(
        username="sam",
        name="Sam Whitfield",
        organisation=northgate,
        roles=Role.AGENT | Role.INCIDENT_MANAGER,
        teams=[desk],
    )
    desk.lead = person
    desk.save(update_fields=["lead"])
    return person


@pytest.fixture
def second_line(northgate: Organisation, network: Team) -> User:
    """An agent of the network team, not of the desk."""
    return UserFactory(username="luca", name="Luca Ferri", organisation=northgate, roles=Role.AGENT, teams=[network])


@pytest.fixture
def change_manager(northgate: Organisation, network: Team) -> User:
    return UserFactory(
        username="ruth",
        name="Ruth Aldersey",
        organisation=northgate,
        roles=Role.CHANGE_MANAGER,
        teams=[network],
    )


@pytest.fixture
def cab_member(northgate: Organisation) -> User:
    """Sits on the change advisory board; of no team."""
    return UserFactory(username="daniel", name="Daniel Osei", organisation=northgate, roles=Role.CAB_MEMBER)


@pytest.fixture
def auditor(northgate: Organisation) -> User:
    """Reads every unrestricted ticket; of no team."""
    return UserFactory(username="ingrid", name="Ingrid Sørensen", organisation=northgate, roles=Role.AUDITOR)


@pytest.fixture
def administrator(northgate: Organisation) -> User:
    """Of no team."""
    return UserFactory(username="noor", name="Noor Haddad", organisation=northgate, roles=Role.ADMINISTRATOR)


@pytest.fixture
def supplier(supplier_organisation: Organisation) -> User:
    """A person of the supplier Netcore."""
    return UserFactory(username="petra", name="Petra Vos", organisation=supplier_organisation)


@pytest.fixture
def integration(northgate: Organisation, desk: Team) -> User:
    """The account with which a monitoring system works for the service desk."""
    return UserFactory(
        username="monitoring",
        name="Monitoring",
        organisation=northgate,
        is_integration=True,
        roles=Role.INTEGRATION,
        teams=[desk],
    )


@pytest.fixture
def signed_in(db: None) -> Callable[[User], Client]:
    """A browser of one's own, signed in: `signed_in(agent).get("/")`."""

    def sign_in(person: User) -> Client:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
