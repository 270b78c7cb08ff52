"""Who people are to the desk. Most roles are groups; requester and supplier follow from other facts."""

from enum import Flag, auto

from django.utils.translation import gettext_lazy as _


class Role(Flag):
    """A set of roles. `SYSTEM` is a worker that acts by itself."""

    NONE = 0
    REQUESTER = auto()
    AGENT = auto()
    INCIDENT_MANAGER = auto()
    PROBLEM_MANAGER = auto()
    CHANGE_MANAGER = auto()
    RELEASE_MANAGER = auto()
    DEPLOYMENT_MANAGER = auto()
    CONFIGURATION_MANAGER = auto()
    SERVICE_LEVEL_MANAGER = auto()
    CAB_MEMBER = auto()
    SERVICE_OWNER = auto()
    AUDITOR = auto()
    INTEGRATION = auto()
    ADMINISTRATOR = auto()
    SUPPLIER = auto()
    SYSTEM = auto()


LABELS = {
    Role.REQUESTER: _("Requester"),
    Role.AGENT: _("Agent"),
    Role.INCIDENT_MANAGER: _("Incident manager"),
    Role.PROBLEM_MANAGER: _("Problem manager"),
    Role.CHANGE_MANAGER: _("Change manager"),
    Role.RELEASE_MANAGER: _("Release manager"),
    Role.DEPLOYMENT_MANAGER: _("Deployment manager"),
    Role.CONFIGURATION_MANAGER: _("Configuration manager"),
    Role.SERVICE_LEVEL_MANAGER: _("Service level manager"),
    Role.CAB_MEMBER: _("CAB member"),
    Role.SERVICE_OWNER: _("Service owner"),
    Role.AUDITOR: _("Auditor"),
    Role.INTEGRATION: _("Integration"),
    Role.ADMINISTRATOR: _("Administrator"),
    Role.SUPPLIER: _("Supplier"),
}

GROUPS = tuple(LABELS)
"""The roles that are groups, in the order in which pages show them."""

GIVEN = tuple(role for role in GROUPS if role not in Role.REQUESTER | Role.SUPPLIER)
"""The roles that an administrator gives. Everybody is a requester; who belongs to a supplier is its person."""

DESK = (
    Role.AGENT
    | Role.INCIDENT_MANAGER
    | Role.PROBLEM_MANAGER
    | Role.CHANGE_MANAGER
    | Role.RELEASE_MANAGER
    | Role.DEPLOYMENT_MANAGER
    | Role.CONFIGURATION_MANAGER
    | Role.SERVICE_LEVEL_MANAGER
    | Role.ADMINISTRATOR
)
"""Those who work on the desk's side: they see internal words on the tickets that they may read."""

READS_DESK = DESK | Role.AUDITOR | Role.INTEGRATION | Role.SERVICE_OWNER | Role.CAB_MEMBER
"""Those who see the desk's pages rather than the portal alone."""


def key_of(role: Role) -> str:
    """The name of a role's group: `incident_manager`."""
    return str(role.name).lower()


BY_KEY = {key_of(role): role for role in GROUPS}
