"""What an incident's page shows besides its timeline: chips, facts, moments, the hold, where it was merged into."""

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.kit import avatar, when
from incidents.models import Incident
from incidents.models.incident import Fact as Moment
from incidents.models.incident import HoldReason, Status
from tickets.models import Comment
from tickets.record.page import Fact, or_dash
from tickets.services.merging import merged_into
from tickets.services.readers import can_see

UPDATE_KINDS = [
    (Comment.Kind.COMMENT.value, Comment.Kind.COMMENT.label),
    (Comment.Kind.SYMPTOM.value, Comment.Kind.SYMPTOM.label),
    (Comment.Kind.BUSINESS_IMPACT.value, Comment.Kind.BUSINESS_IMPACT.label),
    (Comment.Kind.ACTION_TAKEN.value, Comment.Kind.ACTION_TAKEN.label),
    (Comment.Kind.ACTION_PLANNED.value, Comment.Kind.ACTION_PLANNED.label),
    (Comment.Kind.CALL.value, Comment.Kind.CALL.label),
]


def ways_to_send(moves: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What sending a public reply can do besides."""
    if not any(move["name"] == "hold" and not move["refused"] for move in moves):
        return []
    return [{"value": "hold", "label": _("Send and put on hold for the requester"), "icon": "player-pause"}]


def chips(found: Incident) -> list[dict[str, Any]]:
    """What stands beside the title."""
    chips = []
    if found.is_major:
        chips.append({"label": _("Major"), "token": "critical", "icon": "alert-triangle"})
    if found.is_restricted:
        chips.append({"label": _("Restricted"), "token": "warning", "icon": "shield-lock"})
    if found.requester.is_vip:
        chips.append({"label": _("VIP"), "token": "plain", "icon": "user"})
    if found.awaits_acceptance and found.stage in ("open", "waiting"):
        chips.append({"label": _("Waiting to be taken"), "token": "info", "icon": "circle-dashed"})
    if found.reopen_count:
        words = ngettext("Reopened once", "Reopened %(n)d times", found.reopen_count) % {"n": found.reopen_count}
        chips.append({"label": words, "token": "warning", "icon": "refresh"})
    return chips


def facts(found: Incident, acts: bool) -> list[Fact]:
    edit = f"/incidents/{found.number}/edit/" if acts else ""
    moves = f"/tickets/{found.number}/moves/" if acts and found.stage in ("open", "waiting") else ""
    return [
        Fact("assignee", _("Assignee"), avatar({}, found.assignee, 22, named=True), moves and f"{moves}assign/", "a"),
        Fact("team", _("Team"), or_dash(found.team), moves and f"{moves}escalate/", "e"),
        Fact("category", _("Category"), or_dash(_path(found.category)), edit and f"{edit}category/"),
        Fact("impact", _("Impact × urgency"), _impact(found), edit and f"{edit}impact/", "p" if edit else ""),
        Fact("service", _("Service"), or_dash(found.service), edit and f"{edit}service/"),
        *([_by_hand(found, edit)] if found.priority_override_reason else []),
        Fact("channel", _("Channel"), found.get_channel_display()),
        Fact("reported", _("Reported"), when(found.reported_at or found.opened_at)),
    ]


def _path(category: Any) -> str:
    if category is None:
        return ""
    return f"{category.parent.name} / {category.name}" if category.parent else category.name


def _impact(found: Incident) -> str:
    return f"{found.get_impact_display()} × {found.get_urgency_display()}"


def _by_hand(found: Incident, edit: str) -> Fact:
    """The priority that somebody set against the scheme, with the reason."""
    words = format_html('<span title="{}">{}</span>', found.priority_override_reason, _("by hand"))
    return Fact("priority", _("Priority"), words, edit and f"{edit}priority/")


def shows(only: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    labels = (("", _("All"), "all"), ("conversation", _("Conversation"), "conversation"),
              ("moves", _("Moves"), "moves"), ("fields", _("Fields"), "fields"))  # fmt: skip
    return [
        {"label": label, "url": f"?show={value}" if value else "?", "count": counts[key], "active": only == value}
        for value, label, key in labels
    ]


def moments(found: Incident) -> list[dict[str, Any]]:
    return [
        {"label": label, "at": getattr(found, name), "assumed": name in found.assumed_facts}
        for name, label in Moment.choices
        if getattr(found, name) is not None
    ]


def referred_to(found: Incident) -> str:
    referral = found.referrals.select_related("supplier").first() if found.supplier_ids else None
    return referral.supplier.name if referral else ""


def hold(found: Incident) -> dict[str, Any] | None:
    if not found.hold_reason:
        return None
    return {
        "reason": HoldReason(found.hold_reason).label,
        "awaits": found.hold_awaits,
        "since": found.held_at,
        "wake_at": found.wake_at,
        "reminders": found.reminder_count,
    }


def merged(found: Incident, user: Any, moves: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Where an incident went that was merged, as far as the reader sees that one, and whether it can be undone."""
    into = merged_into(found) if found.status == Status.CANCELLED else None
    if into is None:
        return None
    undo = next((move["url"] for move in moves if move["name"] == "unmerge" and not move["refused"]), "")
    return {"into": into if can_see(user, into) else None, "undo_url": undo}
