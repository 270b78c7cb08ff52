"""The facts of an item as its page shows them."""

from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from cmdb.models import ConfigurationItem, Service
from core.templatetags.kit import avatar, thousands

Importance = ConfigurationItem.Importance
LOUD = {Importance.VITAL: "critical", Importance.HIGH: "warning"}


@dataclass(frozen=True)
class Fact:
    """A line of the strip under the head."""

    name: str
    label: str
    value: Any


def chips_of(ci: ConfigurationItem) -> list[dict[str, str]]:
    """What has to be seen at once: how important it is, and that it is not production."""
    chips = []
    if ci.importance in LOUD:
        label = _("Importance: %(level)s") % {"level": ci.get_importance_display().lower()}
        chips.append({"label": label, "token": LOUD[Importance(ci.importance)], "icon": ""})
    if ci.environment != ConfigurationItem.Environment.PRODUCTION:
        chips.append({"label": ci.get_environment_display(), "token": "plain", "icon": "flask"})
    return chips


def facts_of(ci: ConfigurationItem) -> list[Fact]:
    facts = [
        Fact("class", _("Class"), ci.ci_class),
        Fact("environment", _("Environment"), ci.get_environment_display()),
        Fact("importance", _("Importance"), ci.get_importance_display()),
        Fact("owner", _("Owner"), avatar({}, ci.owner, 22, named=True)),
        Fact("team", _("Support team"), _team(ci)),
        Fact("organisation", _("Organisation"), _or_none(ci.organisation)),
    ]
    if isinstance(ci, Service):
        return [*facts, Fact("users", _("Users"), thousands(ci.user_count)), Fact("used_by", _("Used by"), _users(ci))]
    return [*facts, Fact("location", _("Location"), _or_none(ci.location))]


def _users(service: Service) -> Any:
    names = [organisation.name for organisation in service.used_by.all()]
    if not names:
        return _("everybody")
    if len(names) > 3:
        return _("%(names)s and %(n)d more") % {"names": ", ".join(names[:3]), "n": len(names) - 3}
    return ", ".join(names)


def _team(ci: ConfigurationItem) -> Any:
    if ci.support_team is None:
        return _or_none(None)
    return format_html('<a href="{}">{}</a>', ci.support_team.get_absolute_url(), ci.support_team.name)


def _or_none(value: Any) -> Any:
    return value if value else format_html('<span class="ink-3">{}</span>', _("none"))
