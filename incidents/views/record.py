"""The incident's own page."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.permissions import SignedInRequest
from core import registries
from core.exceptions import AnswersMissing, EditConflict
from core.pages import leave_to, render_part
from core.templatetags.kit import avatar, when
from incidents.forms import FORMS
from incidents.models import Incident
from incidents.models.incident import Fact as Moment
from incidents.models.incident import HoldReason
from incidents.services import edit_incident, override_priority
from tickets.models import Comment
from tickets.record.page import Fact, moves_for, or_dash
from tickets.record.timeline import timeline
from tickets.services.canned import replies_for
from tickets.services.drafting import draft_of
from tickets.views.record import say_if_restricted

RELATED = (
    "requester__organisation",
    "requester__location",
    "opened_by",
    "organisation",
    "service",
    "category__parent",
    "team__lead",
    "owning_team",
    "assignee__manager",
    "parent",
    "resolved_ci",
)


def incident_or_404(request: SignedInRequest, number: str) -> Incident:
    seen = Incident.objects.visible_to(request.user).select_related(*RELATED)
    return get_object_or_404(seen, number=number.upper())


@require_GET
@login_required
def incident(request: SignedInRequest, number: str) -> HttpResponse:
    """The desk's page of an incident. Its requester is led to the portal."""
    found = incident_or_404(request, number)
    access = request.user.access
    if access.supplier_id is not None:
        return redirect("supplier-ticket", number=found.number)
    if not access.reads_desk:
        return redirect("portal-ticket", number=found.number)
    if request.path != found.get_absolute_url():
        return redirect(found.get_absolute_url())
    only = request.GET.get("show", "")
    entries, counts = timeline(found, request.user, only=only)
    base = f"/tickets/{found.number}/"
    acts = found.acts_for_desk(request.user) and access.is_desk
    moves = moves_for(found, request.user, base)
    context = {
        "incident": found,
        "ticket": found,
        "palette_on": found.number,
        "breadcrumb": [{"label": _("Incidents"), "url": "/incidents/"}, {"number": found.number, "url": ""}],
        "chips": _chips(found),
        "moves": moves,
        "then": _ways_to_send(moves),
        "facts": _facts(found, acts),
        "entries": entries,
        "shows": _shows(only, counts),
        "moments": _moments(found),
        "draft": draft_of(found, request.user) if acts else None,
        "canned": list(replies_for(request.user)) if acts else [],
        "base": base,
        "acts": acts,
        "composes": acts,
        "update_kinds": [{"value": value, "label": label} for value, label in _UPDATE_KINDS],
        "panels": registries.panels("tickets.ticket", request, found),
        "hold": _hold(found),
        "watching": found.watchers.filter(user=request.user).exists(),
        "watcher_count": found.watchers.count(),
        "referred_to": _referred_to(found),
    }
    return render(request, "incidents/incident.html", context)


_UPDATE_KINDS = [
    (Comment.Kind.COMMENT.value, Comment.Kind.COMMENT.label),
    (Comment.Kind.SYMPTOM.value, Comment.Kind.SYMPTOM.label),
    (Comment.Kind.BUSINESS_IMPACT.value, Comment.Kind.BUSINESS_IMPACT.label),
    (Comment.Kind.ACTION_TAKEN.value, Comment.Kind.ACTION_TAKEN.label),
    (Comment.Kind.ACTION_PLANNED.value, Comment.Kind.ACTION_PLANNED.label),
    (Comment.Kind.CALL.value, Comment.Kind.CALL.label),
]


def _ways_to_send(moves: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What sending a public reply can do besides."""
    if not any(move["name"] == "hold" and not move["refused"] for move in moves):
        return []
    return [{"value": "hold", "label": _("Send and put on hold for the requester"), "icon": "player-pause"}]


def _chips(found: Incident) -> list[dict[str, Any]]:
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


def _facts(found: Incident, acts: bool) -> list[Fact]:
    edit = f"/incidents/{found.number}/edit/" if acts else ""
    moves = f"/tickets/{found.number}/moves/" if acts and found.stage in ("open", "waiting") else ""
    return [
        Fact("assignee", _("Assignee"), avatar({}, found.assignee, 22, named=True), moves and f"{moves}assign/"),
        Fact("team", _("Team"), or_dash(found.team), moves and f"{moves}escalate/"),
        Fact("category", _("Category"), or_dash(_path(found.category)), edit and f"{edit}category/"),
        Fact("impact", _("Impact × urgency"), _impact(found), edit and f"{edit}impact/", "p" if edit else ""),
        Fact("service", _("Service"), or_dash(found.service), edit and f"{edit}service/"),
        Fact("channel", _("Channel"), found.get_channel_display()),
        Fact("reported", _("Reported"), when(found.reported_at or found.opened_at)),
    ]


def _path(category: Any) -> str:
    if category is None:
        return ""
    return f"{category.parent.name} / {category.name}" if category.parent else category.name


def _impact(found: Incident) -> str:
    words = f"{found.get_impact_display()} × {found.get_urgency_display()}"
    if found.priority_override_reason:
        return format_html('{} <span class="ink-3">{}</span>', words, _("priority by hand"))
    return words


def _shows(only: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    labels = (("", _("All"), "all"), ("conversation", _("Conversation"), "conversation"),
              ("moves", _("Moves"), "moves"), ("fields", _("Fields"), "fields"))  # fmt: skip
    return [
        {"label": label, "url": f"?show={value}" if value else "?", "count": counts[key], "active": only == value}
        for value, label, key in labels
    ]


def _moments(found: Incident) -> list[dict[str, Any]]:
    return [
        {"label": label, "at": getattr(found, name), "assumed": name in found.assumed_facts}
        for name, label in Moment.choices
        if getattr(found, name) is not None
    ]


def _referred_to(found: Incident) -> str:
    referral = found.referrals.select_related("supplier").first() if found.supplier_ids else None
    return referral.supplier.name if referral else ""


def _hold(found: Incident) -> dict[str, Any] | None:
    if not found.hold_reason:
        return None
    return {
        "reason": HoldReason(found.hold_reason).label,
        "awaits": found.hold_awaits,
        "since": found.held_at,
        "wake_at": found.wake_at,
        "reminders": found.reminder_count,
    }


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: SignedInRequest, number: str, part: str) -> HttpResponse:
    """Some fields, edited in place. Whoever was slower keeps their text and sees what the other changed."""
    found = incident_or_404(request, number)
    if part not in FORMS:
        raise Http404
    if not found.acts_for_desk(request.user) or not request.user.access.is_desk:
        raise PermissionDenied
    form = FORMS[part](found, request.user, request.POST or None)
    context: dict[str, Any] = {"incident": found, "form": form, "part": part}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                say_if_restricted(request, found, _save(found, part, form, request.user))
                return leave_to(request, found.get_absolute_url())
            except AnswersMissing as missing:
                for name, texts in missing.errors.items():
                    form.add_error(name if name in form.fields else None, texts)
            except EditConflict as conflict:
                status = 409
                context["conflict"] = _conflict(form, conflict)
                answers = request.POST.copy()
                answers["version"] = str(incident_or_404(request, number).version)
                form.data = answers
    return render_part(request, "incidents/edit.html", "form", context, status=status)


def _save(found: Incident, part: str, form: Any, user: Any) -> Incident:
    version = form.cleaned_data["version"]
    if part == "priority":
        return override_priority(
            incident=found,
            priority=form.cleaned_data["priority"],
            reason=form.cleaned_data["reason"],
            actor=user,
            base_version=version,
        )
    changed = {
        name: value
        for name, value in form.answers.items()
        if value != getattr(found, name) or name in form.changed_data
    }
    return edit_incident(incident=found, actor=user, base_version=version, **changed)


def _conflict(form: Any, conflict: EditConflict) -> dict[str, Any]:
    return {
        "who": conflict.by.name if conflict.by else _("Somebody"),
        "at": conflict.at,
        "changes": [
            {"label": form.fields[name].label, "old": "", "new": theirs, "yours": mine}
            for name, (theirs, mine) in conflict.fields.items()
            if name in form.fields
        ],
    }
