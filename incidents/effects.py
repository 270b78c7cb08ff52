"""What a move does to an incident. Effects set columns of the locked record; `after_…` write other rows."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Team
from core.exceptions import AnswersMissing
from core.lifecycle import Making
from core.moves import perform
from incidents.guards import team_to_return_to
from incidents.models.incident import FixKind, HoldReason, ResolutionCode
from incidents.questions import NO_ITEM
from tickets.models import Assignment, Comment, Referral
from tickets.services.assigning import accept_assignment, end_assignment, give, hand_over
from tickets.services.merging import bring_back, bring_over
from tickets.services.restricting import follow_category
from tickets.services.words import Audience, add_comment


def set_fact(incident: Any, name: str, at: datetime | None, *, by: Any = None, assumed: bool = False) -> None:
    """Write a moment, who set it, and whether it was only assumed."""
    setattr(incident, name, at)
    others = [each for each in incident.assumed_facts if each != name]
    incident.assumed_facts = [*others, name] if assumed else others
    incident.fact_setters = {**incident.fact_setters, name: by.pk if by else None}


def _end_hold(incident: Any, at: datetime) -> None:
    if incident.held_at:
        incident.held_seconds += max(int((at - incident.held_at).total_seconds()), 0)
    incident.hold_reason, incident.hold_awaits = "", ""
    incident.held_at = incident.wake_at = None
    incident.reminder_count = 0


def _somebody_has_it(incident: Any, making: Making) -> None:
    incident.awaits_acceptance = False
    if incident.acknowledged_at is None:
        set_fact(incident, "acknowledged_at", making.at, by=making.actor)
    if incident.work_started_at is None:
        incident.work_started_at = making.at


def take(incident: Any, making: Making) -> None:
    team = incident.team or making.actor.teams.filter(is_active=True).order_by("pk").first()
    if give(incident, team=team, assignee=making.actor):
        incident.reassignment_count += 1
    _somebody_has_it(incident, making)


def after_take(incident: Any, making: Making) -> None:
    current = Assignment.objects.filter(ticket_id=incident.pk, ended_at=None).first()
    if current and current.assignee_id in (None, incident.assignee_id) and current.team_id == incident.team_id:
        accept_assignment(incident, at=making.at)
    else:
        hand_over(incident, at=making.at, accepted=True)


def assign(incident: Any, making: Making) -> None:
    team, assignee = making.answers.get("team"), making.answers.get("assignee")
    if team is None and assignee is None:
        raise AnswersMissing({"team": [_("Name a team or a person.")]})
    if assignee is not None and team is None:
        team = _team_for(assignee, incident)
    if assignee is not None and team is not None and not team.memberships.filter(user=assignee).exists():
        raise AnswersMissing({"assignee": [_("%(person)s is not in %(team)s.") % {"person": assignee, "team": team}]})
    if give(incident, team=team, assignee=assignee):
        incident.reassignment_count += 1
    incident.awaits_acceptance = making.actor is None or assignee is None or assignee.pk != making.actor.pk


def _team_for(assignee: Any, incident: Any) -> Team | None:
    teams = list(assignee.teams.filter(is_active=True).order_by("pk"))
    present = [team for team in teams if team.pk == incident.team_id]
    return (present or teams or [None])[0]


def after_assign(incident: Any, making: Making) -> None:
    hand_over(incident, at=making.at, accepted=not incident.awaits_acceptance, reason=making.answers.get("reason", ""))


def escalate(incident: Any, making: Making) -> None:
    team = making.answers["team"]
    if team.pk == incident.team_id:
        raise AnswersMissing({"team": [_("It is with this team already.")]})
    give(incident, team=team, assignee=None)
    incident.reassignment_count += 1
    incident.escalation_count += 1
    incident.awaits_acceptance = True


def give_back(incident: Any, making: Making) -> None:
    incident.team_id = team_to_return_to(incident)
    incident.assignee = None
    incident.bounce_count += 1
    incident.reassignment_count += 1
    incident.awaits_acceptance = True


def after_return(incident: Any, making: Making) -> None:
    hand_over(incident, at=making.at, accepted=False, end=Assignment.End.RETURNED, reason=making.answers["reason"])


def escalate_up(incident: Any, making: Making) -> None:
    incident.escalation_count += 1


def hold(incident: Any, making: Making) -> None:
    reason = making.answers["hold_reason"]
    wake_at = making.answers.get("wake_at")
    if reason == HoldReason.SUPPLIER and not Referral.objects.filter(ticket_id=incident.pk, returned_at=None).exists():
        raise AnswersMissing({"hold_reason": [_("Refer it to a supplier first.")]})
    if reason in (HoldReason.PROBLEM, HoldReason.CHANGE) and not _is_linked_to(incident, reason):
        raise AnswersMissing({"hold_reason": [_("Link what it waits for first.")]})
    if reason == HoldReason.APPOINTMENT and wake_at is None:
        raise AnswersMissing({"wake_at": [_("Say when the appointment is.")]})
    if wake_at is not None and wake_at <= making.at:
        raise AnswersMissing({"wake_at": [_("This lies in the past.")]})
    if incident.held_at:
        _end_hold(incident, making.at)
    incident.hold_reason = reason
    incident.hold_awaits = making.answers.get("hold_awaits", "")
    incident.held_at, incident.wake_at = making.at, wake_at
    _somebody_has_it(incident, making)


def _is_linked_to(incident: Any, kind: str) -> bool:
    return incident.links_out.filter(target__kind=kind).exists() or incident.links_in.filter(source__kind=kind).exists()


def resume(incident: Any, making: Making) -> None:
    _end_hold(incident, making.at)


def resolve(incident: Any, making: Making) -> None:
    _end_hold(incident, making.at)
    answers = making.answers
    if incident.assignee is None and making.actor is not None:
        give(incident, team=None, assignee=making.actor)
    _somebody_has_it(incident, making)
    incident.resolution, incident.resolution_code = answers["resolution"], answers["resolution_code"]
    incident.category = answers["category"]
    incident.fix_kind = answers["fix_kind"]
    incident.resolved_ci = None if answers["resolved_ci"] == NO_ITEM else answers["resolved_ci"]
    _stamp_resolved(incident, making, restored_at=answers.get("restored_at"))


def _stamp_resolved(incident: Any, making: Making, *, restored_at: datetime | None = None) -> None:
    if restored_at is not None and restored_at > making.at:
        raise AnswersMissing({"restored_at": [_("This is later than the resolution.")]})
    incident.resolved_by = making.actor
    set_fact(incident, "resolved_at", making.at, by=making.actor)
    if incident.first_response_at is None:
        set_fact(incident, "first_response_at", making.at, by=making.actor)
    if restored_at is not None:
        set_fact(incident, "restored_at", restored_at, by=making.actor)
    elif incident.restored_at is None:
        set_fact(incident, "restored_at", making.at, assumed=True)


def after_resolve(incident: Any, making: Making) -> None:
    """The words for the requester stand on the timeline as a public word; the stretch of work ends."""
    end_assignment(incident, at=making.at, end=Assignment.End.RESOLVED)
    if incident.resolution:
        add_comment(
            ticket=incident,
            text=incident.resolution,
            actor=making.actor,
            audience=Audience.REQUESTER,
            kind="resolution",
            at=making.at,
            is_automatic=making.actor is None,
        )
    if "category" in making.answers:
        follow_category(ticket=incident, actor=making.actor, at=making.at)


def give_up(incident: Any, making: Making) -> None:
    _end_hold(incident, making.at)
    incident.resolution_code = ResolutionCode.NO_ANSWER
    incident.resolution = _("We asked you something and heard nothing. Reply, and we go on.")
    incident.fix_kind = FixKind.WORKAROUND
    _stamp_resolved(incident, making)


def resolve_with_parent(incident: Any, making: Making) -> None:
    _end_hold(incident, making.at)
    parent = incident.parent.incident
    incident.resolution_code = ResolutionCode.WITH_PARENT
    incident.resolution, incident.fix_kind = parent.resolution, parent.fix_kind
    incident.resolved_ci = parent.resolved_ci
    _stamp_resolved(incident, making, restored_at=parent.restored_at)


def begin(incident: Any, making: Making) -> None:
    """Work goes on at the parent; nobody has taken the child itself, so nobody acknowledged it."""
    if incident.work_started_at is None:
        incident.work_started_at = making.at


def wait_with_parent(incident: Any, making: Making) -> None:
    parent = incident.parent.incident
    incident.hold_reason, incident.hold_awaits = parent.hold_reason, parent.hold_awaits
    incident.held_at, incident.wake_at = making.at, None


def close(incident: Any, making: Making) -> None:
    set_fact(incident, "closed_at", making.at, by=making.actor)


def reopen(incident: Any, making: Making) -> None:
    """Back to work: what the resolution said is kept on the timeline, its columns are cleared."""
    incident.reopen_count += 1
    incident.resolution = incident.resolution_code = incident.fix_kind = ""
    incident.resolved_ci = incident.resolved_by = None
    set_fact(incident, "resolved_at", None, by=making.actor)
    set_fact(incident, "restored_at", None, by=making.actor)


def after_reopen(incident: Any, making: Making) -> None:
    hand_over(incident, at=making.at, accepted=bool(incident.assignee_id))
    reason = making.answers.get("reason")
    if reason:
        from_desk = making.actor is None or incident.acts_for_desk(making.actor)
        add_comment(
            ticket=incident,
            text=reason,
            actor=making.actor,
            audience=Audience.INTERNAL if from_desk else Audience.REQUESTER,
            at=making.at,
        )


def cancel(incident: Any, making: Making) -> None:
    _end_hold(incident, making.at)
    incident.cancel_reason = making.answers.get("reason", "")
    set_fact(incident, "closed_at", making.at, by=making.actor)


def merge(incident: Any, making: Making) -> None:
    cancel(incident, making)
    incident.cancel_reason = _("Merged into %(number)s.") % {"number": making.answers["into"].number}


def unmerge(incident: Any, making: Making) -> None:
    incident.cancel_reason = ""
    set_fact(incident, "closed_at", None, by=making.actor)


def after_cancel(incident: Any, making: Making) -> None:
    end_assignment(incident, at=making.at, end=Assignment.End.RESOLVED)


def after_merge(incident: Any, making: Making) -> None:
    after_cancel(incident, making)
    bring_over(source=incident, into=making.answers["into"], actor=making.actor, at=making.at)


def after_unmerge(incident: Any, making: Making) -> None:
    after_reopen(incident, making)
    bring_back(source=incident, actor=making.actor, at=making.at)


def commented(incident: Any, comment: Any) -> None:
    """A person's first public word is the first response; the requester's reply ends a hold for them."""
    if comment.is_automatic:
        return
    is_answer = comment.audience == Audience.REQUESTER and comment.author_id and not comment.is_from_requester
    if (is_answer or comment.kind == Comment.Kind.CALL) and incident.first_response_at is None:
        set_fact(incident, "first_response_at", comment.created_at, by=comment.author)
        incident.save(update_fields=["first_response_at", "assumed_facts", "fact_setters"])
    if comment.is_from_requester and incident.hold_reason == HoldReason.REQUESTER:
        perform(incident, "resume", actor=None, at=comment.created_at)
