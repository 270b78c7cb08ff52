"""An estate small enough to draw: the order desk depends on its application, which runs on srv-01."""

import pytest

from accounts.roles import Role
from cmdb.models import RelationshipType
from cmdb.services import relate
from tests.factories import CiClassFactory, ConfigurationItemFactory, ServiceFactory, UserFactory


@pytest.fixture
def keeper(northgate, network):
    """Keeps the configuration right for those whom the network team serves."""
    return UserFactory(
        username="kim", name="Kim Okafor", organisation=northgate, roles=Role.CONFIGURATION_MANAGER, teams=[network]
    )


@pytest.fixture
def depends_on(db):
    return RelationshipType.objects.get(key="depends-on")


@pytest.fixture
def runs_on(db):
    return RelationshipType.objects.get(key="runs-on")


@pytest.fixture
def server(northgate):
    return ConfigurationItemFactory(
        key="srv-01", name="srv-01", ci_class=CiClassFactory(key="server"), organisation=northgate, importance=2
    )


@pytest.fixture
def application(northgate):
    return ConfigurationItemFactory(
        key="order-app", name="Order application", ci_class=CiClassFactory(key="application"), organisation=northgate
    )


@pytest.fixture
def order_desk(northgate, network):
    return ServiceFactory(key="order-desk", name="Order desk", importance=1, support_team=network, user_count=212)


@pytest.fixture
def estate(order_desk, application, server, depends_on, runs_on):
    relate(source=order_desk, target=application, type=depends_on, actor=None)
    relate(source=application, target=server, type=runs_on, actor=None)


@pytest.fixture
def foreign(elsewhere):
    """An item of a company that nobody's team serves."""
    return ConfigurationItemFactory(key="foreign", name="Foreign server", organisation=elsewhere)
