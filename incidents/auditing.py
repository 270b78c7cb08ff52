"""What the audit says of changes to the rules of incidents."""

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.audit import add_subject
from incidents.models import IncidentPolicy, PriorityScheme, PropagationRule
from tickets.models import Ticket

PARTS = {"code": _("code"), "name": _("name"), "description": _("when it is right"), "target": _("target")}


def _columns() -> dict[str, str | Promise]:
    cells: dict[str, str | Promise] = {
        f"cell_{impact}_{urgency}": format_lazy("{} × {}", impact_label, urgency_label)
        for impact, impact_label in Ticket.Level.choices
        for urgency, urgency_label in Ticket.Level.choices
    }
    levels = {
        f"level_{priority}_{part}": format_lazy("P{} {}", priority, words)
        for priority in range(1, 6)
        for part, words in PARTS.items()
    }
    return cells | levels


def register() -> None:
    """Called once, when the app is ready."""
    add_subject(
        PriorityScheme,
        _("Priority schemes"),
        {
            "priority_scheme.created": _("Scheme added"),
            "priority_scheme.edited": _("Scheme changed"),
            "priority_scheme.removed": _("Scheme removed"),
        },
        _columns(),
    )
    add_subject(IncidentPolicy, _("Rules of incidents"), {"incident_policy.edited": _("Rules changed")})
    add_subject(PropagationRule, _("What parents pass down"), {"propagation_rule.edited": _("Line changed")})
