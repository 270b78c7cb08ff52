"""Why a move on an incident is not open now: each gives a reason in words, or None. Few queries: pages ask them all."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Team
from accounts.roles import Role
from core.models import Activity
from incidents import policies
from incidents.models.incident import HoldReason
from tickets.models import Assignment
from tickets.services.assigning import outside_the_circle, superior_of
from tickets.services.merging import UNDO_FOR
from tickets.services.tasks import unfinished_required_tasks


def not_yours_already(incident: Any, actor: Any, at: datetime) -> str | None:
    if incident.status == "in_progress" and actor is not None and incident.assignee_id == actor.pk:
        return None if incident.awaits_acceptance else _("It is yours already.")
    return None


def required_tasks_done(incident: Any, actor: Any, at: datetime) -> str | None:
    count = unfinished_required_tasks(incident)
    if not count:
        return None
    return ngettext("%(n)d required task is not done.", "%(n)d required tasks are not done.", count) % {"n": count}


def has_where_to_return(incident: Any, actor: Any, at: datetime) -> str | None:
    team_id = team_to_return_to(incident)
    if team_id is None:
        return _("No team had it before.")
    if incident.is_restricted and team_id not in incident.restricted_team_ids:
        return outside_the_circle(Team.objects.get(pk=team_id))
    return None


def team_to_return_to(incident: Any) -> int | None:
    """The team that had it last before the present one, else the owning team."""
    before = None
    if incident.reassignment_count:
        before = _team_before(incident)
    if before is not None:
        return before
    return incident.owning_team_id if incident.owning_team_id != incident.team_id else None


def _team_before(incident: Any) -> int | None:
    return (
        Assignment.objects.filter(ticket_id=incident.pk, ended_at__isnull=False, team__isnull=False)
        .exclude(team_id=incident.team_id)
        .order_by("-ended_at", "-pk")
        .values_list("team_id", flat=True)
        .first()
    )


def has_a_lead(incident: Any, actor: Any, at: datetime) -> str | None:
    if superior_of(incident) is None:
        return _("Neither its team has a lead nor its assignee a manager.")
    return None


def may_close_now(incident: Any, actor: Any, at: datetime) -> str | None:
    """The requester closes at once by confirming; an incident manager may; others wait until it closes by itself."""
    if incident.status != "resolved" or actor is None:
        return None
    roles = incident.roles_of(actor)
    if actor.pk == incident.requester_id or roles & (Role.INCIDENT_MANAGER | Role.INTEGRATION):
        return None
    if incident.resolved_at and incident.resolved_at + policies.close_delay() <= at:
        return None
    return _("The requester confirms, or it closes by itself on %(day)s.") % {
        "day": date_format(timezone.localtime(incident.resolved_at + policies.close_delay()), "j F")
    }


def within_the_reopen_window(incident: Any, actor: Any, at: datetime) -> str | None:
    if incident.status != "resolved" or incident.resolved_at is None:
        return None
    if incident.resolved_at + policies.reopen_window() >= at:
        return None
    return _("It was resolved more than %(n)d days ago; open a new one that follows it up.") % {
        "n": policies.policy().reopen_for_days
    }


def waits_for_the_requester(incident: Any, actor: Any, at: datetime) -> str | None:
    if incident.hold_reason == HoldReason.REQUESTER:
        return None
    return _("It does not wait for the requester.")


def has_no_children(incident: Any, actor: Any, at: datetime) -> str | None:
    return _("It has children; move them first.") if incident.children.exists() else None


def was_merged_just_now(incident: Any, actor: Any, at: datetime) -> str | None:
    if incident.status != "cancelled":
        return None
    merged_at = (
        Activity.objects.filter(
            subject_kind="ticket",
            subject_id=incident.pk,
            verb="incident.merged",
            at__gte=at - UNDO_FOR,
        )
        .values_list("at", flat=True)
        .first()
    )
    return None if merged_at else _("A merge can be undone for ten minutes.")
