"""Which team gets a new incident, and which rule said so."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.models import Location, Team, TeamServes
from cmdb.models import ConfigurationItem, Service
from tickets.models import Category


@dataclass(frozen=True)
class Route:
    """A team, and in words why it was chosen."""

    team: Team | None
    because: str


def route(
    *,
    cis: Iterable[ConfigurationItem] = (),
    service: Service | None = None,
    category: Category | None = None,
    location: Location | None = None,
) -> Route:
    """The support team of the item, the service, the category (or the nearest above), the location, or the default."""
    for ci in cis:
        if ci.support_team_id:
            return Route(ci.support_team, _("support team of the item %(name)s") % {"name": ci.name})
    if service is not None and service.support_team_id:
        return Route(service.support_team, _("support team of the service %(name)s") % {"name": service.name})
    nearest: Any = category
    while nearest is not None:
        if nearest.support_team_id:
            return Route(nearest.support_team, _("support team of the category %(name)s") % {"name": nearest.name})
        nearest = nearest.parent
    nearest = location
    while nearest is not None:
        if nearest.support_team_id:
            return Route(nearest.support_team, _("support team of the location %(name)s") % {"name": nearest.name})
        nearest = nearest.parent
    return Route(default_team(), _("no rule matched: the default team"))


def default_team() -> Team | None:
    return Team.objects.filter(is_active=True, is_default=True).first()


def owning_team_for(organisation_id: int | None, routed: Team | None) -> Team | None:
    """The desk that answers to the requester: the routed team if it is one, else one that serves the organisation."""
    if routed is not None and routed.level == Team.Level.SERVICE_DESK:
        return routed
    desks = Team.objects.filter(is_active=True, level=Team.Level.SERVICE_DESK)
    serves = Exists(TeamServes.objects.filter(team=OuterRef("pk"), organisation=organisation_id))
    return desks.order_by(serves.desc(), "-is_default", "pk").first() or routed
