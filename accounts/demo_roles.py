"""Whom the sign-in page of a demo offers: fixed user names, so that nobody else can be entered by one click."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class DemoRole:
    """One card: whose user name, what the person is, and what awaits a visitor."""

    username: str
    label: str | Promise
    detail: str | Promise
    icon: str


DEMO_ROLES = (
    DemoRole("mara", _("Service desk agent"), _("Takes and works incidents"), "headset"),
    DemoRole("ben", _("Requester"), _("Reports, follows, confirms"), "user"),
    DemoRole("ruth", _("Change manager"), _("Chairs the Thursday board"), "users-group"),
    DemoRole("daniel", _("Service owner, CAB member"), _("Answers for a service"), "gavel"),
    DemoRole("sam", _("Service desk lead"), _("Figures, teams, escalations"), "chart-histogram"),
    DemoRole("grace", _("Service level manager"), _("Watches what was agreed"), "stopwatch"),
    DemoRole("priya", _("Configuration manager"), _("Items and what hangs on them"), "sitemap"),
    DemoRole("elif", _("Problem manager"), _("Looks for causes"), "bug"),
    DemoRole("ingrid", _("Auditor"), _("Reads all, changes nothing"), "eye-check"),
    DemoRole("noor", _("Administrator"), _("People, roles, integrations"), "settings"),
)
