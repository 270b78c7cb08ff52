"""Who is told what happens on tickets. Each practice's events are met by their last word: `*.resolved`.

The lists are generous: `notify` leaves out whoever did it and whoever may not read it, and gives each person the
strongest notice. They are read from the present state, so a team is not called to what somebody has taken since.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from accounts.models import Membership, User
from core.models import Activity
from core.subscriptions import on
from notifications.models import Notice
from notifications.services import notify
from tickets import news  # noqa: F401  # says what may be read of tickets and tasks
from tickets.models import Comment, Task, Ticket, Watcher
from tickets.services.assigning import superior_of

Audience = Activity.Audience
Told = dict[Notice, set[int]]
Teller = Callable[[Activity, Ticket, Told], None]

DEPUTISED = (Notice.ASSIGNED, Notice.ESCALATED, Notice.MENTION)
"""What a deputy who stands in is told as well."""


@on(
    "*.opened",
    "*.taken",
    "*.assigned",
    "*.escalated",
    "*.escalated_up",
    "*.returned",
    "*.held",
    "*.resolved",
    "*.reopened",
    "*.closed",
    "*.cancelled",
    "*.withdrawn",
    "*.merged",
    "*.unmerged",
)
def tell_of_move(activity: Activity) -> None:
    """Tell those whom a move on a ticket concerns."""
    if activity.subject_kind != Ticket.subject_kind:
        return
    ticket = _ticket(activity.subject_id)
    if ticket is None:
        return
    told = _nobody()
    _MOVES[activity.verb.partition(".")[2]](activity, ticket, told)
    _send(told, activity)


@on("ticket.commented")
def tell_of_words(activity: Activity) -> None:
    """Tell those for whom words on a ticket are, unless they came with a move that is told already."""
    ticket = _ticket(activity.subject_id)
    if ticket is None or _belongs_to_a_move(activity):
        return
    told = _nobody()
    told[Notice.MENTION].update(activity.data.get("mentions", ()))
    told[Notice.WATCHED].update(_watchers(ticket))
    if activity.audience == Audience.REQUESTER:
        if activity.data.get("from_requester"):
            _whoever_works_on(ticket, Notice.REPLY, told)
        elif ticket.assignee_id:
            told[Notice.NOTE].add(ticket.assignee_id)
        told[Notice.REPLY].add(ticket.requester_id)
    elif activity.audience == Audience.SUPPLIER:
        _whoever_works_on(ticket, Notice.REPLY, told)
        told[Notice.REPLY].update(_people_of(activity.data.get("supplier")))
    elif ticket.assignee_id:
        told[Notice.NOTE].add(ticket.assignee_id)
    _send(told, activity)


@on("ticket.reminded")
def tell_of_reminder(activity: Activity) -> None:
    ticket = _ticket(activity.subject_id)
    if ticket is not None and ticket.stage == Ticket.Stage.WAITING:
        notify({Notice.REMINDER: [ticket.requester_id]}, activity=activity)


@on("task.opened", "task.edited", "task.done", "task.skipped")
def tell_of_task(activity: Activity) -> None:
    """Tell whoever is to do a task that it is there, and whoever has the ticket that it is done."""
    task = Task.objects.select_related("ticket").filter(pk=activity.subject_id).first()
    if task is None:
        return
    told = _nobody()
    if activity.verb in ("task.done", "task.skipped"):
        told[Notice.STATUS].update(filter(None, [task.ticket.assignee_id]))
    elif task.stage == "open" and (activity.verb == "task.opened" or {"team", "assignee"} & set(activity.changes)):
        _whoever_works_on(task, Notice.ASSIGNED, told)
    _send(told, activity)


@on("ticket.referred", "ticket.referral_chased", "ticket.referral_returned", "ticket.referral_taken_back")
def tell_of_referral(activity: Activity) -> None:
    """Tell the supplier's people what is asked of them, and the desk what came back."""
    ticket = _ticket(activity.subject_id)
    if ticket is None:
        return
    told = _nobody()
    if activity.verb == "ticket.referral_returned":
        _whoever_works_on(ticket, Notice.REPLY, told)
    else:
        told[_REFERRALS[activity.verb]].update(_people_of(activity.data.get("supplier")))
    _send(told, activity)


_REFERRALS = {
    "ticket.referred": Notice.ASSIGNED,
    "ticket.referral_chased": Notice.REMINDER,
    "ticket.referral_taken_back": Notice.STATUS,
}


@on("ticket.watched")
def tell_of_watching(activity: Activity) -> None:
    """Tell somebody whom the desk has made a watcher that they are one."""
    notify({Notice.WATCHED: [activity.data["user"]]}, activity=activity)


def _opened(activity: Activity, ticket: Ticket, told: Told) -> None:
    _given(activity, ticket, told)
    told[Notice.STATUS].add(ticket.requester_id)


def _given(activity: Activity, ticket: Ticket, told: Told) -> None:
    """It waits for somebody: the person named, or the team. When it has been given on since, that is told instead."""
    if ticket.stage in (Ticket.Stage.OPEN, Ticket.Stage.WAITING) and not _given_on_since(activity):
        _whoever_works_on(ticket, Notice.ASSIGNED, told)


def _given_on_since(activity: Activity) -> bool:
    later = Activity.objects.filter(
        subject_kind=activity.subject_kind, subject_id=activity.subject_id, at__gte=activity.at, pk__gt=activity.pk
    )
    return later.filter(changes__has_any_keys=["team", "assignee"]).exists()


def _escalated_up(activity: Activity, ticket: Ticket, told: Told) -> None:
    told[Notice.ESCALATED].update(filter(None, [superior_of(ticket)]))


def _held(activity: Activity, ticket: Ticket, told: Told) -> None:
    """A hold concerns the requester when it is for them that the ticket waits."""
    if activity.data.get("hold_reason") == "requester" and ticket.stage == Ticket.Stage.WAITING:
        told[Notice.STATUS].add(ticket.requester_id)


def _tells_the_requester(activity: Activity, ticket: Ticket, told: Told) -> None:
    told[Notice.STATUS].add(ticket.requester_id)
    told[Notice.WATCHED].update(_watchers(ticket))


def _tells_both_sides(activity: Activity, ticket: Ticket, told: Told) -> None:
    """The requester, and whoever has it in hand: the other side may have done it."""
    _tells_the_requester(activity, ticket, told)
    told[Notice.STATUS].update(filter(None, [ticket.assignee_id]))


def _reopened(activity: Activity, ticket: Ticket, told: Told) -> None:
    _tells_both_sides(activity, ticket, told)
    if not ticket.assignee_id:
        _given(activity, ticket, told)


_MOVES: dict[str, Teller] = {
    "opened": _opened,
    "taken": _tells_the_requester,
    "assigned": _given,
    "escalated": _given,
    "returned": _given,
    "escalated_up": _escalated_up,
    "held": _held,
    "resolved": _tells_both_sides,
    "reopened": _reopened,
    "closed": _tells_both_sides,
    "cancelled": _tells_both_sides,
    "withdrawn": _tells_both_sides,
    "merged": _tells_both_sides,
    "unmerged": _reopened,
}


def _nobody() -> Told:
    return defaultdict(set)


def _ticket(pk: int) -> Ticket | None:
    return Ticket.objects.select_related("team", "assignee").filter(pk=pk).first()


def _whoever_works_on(record: Any, notice: Notice, told: Told) -> None:
    """The assignee gets the notice; with nobody assigned, the team hears of it."""
    if record.assignee_id:
        told[notice].add(record.assignee_id)
    elif record.team_id:
        members = Membership.objects.filter(team_id=record.team_id, team__is_active=True)
        told[Notice.TEAM].update(members.values_list("user_id", flat=True))


def _watchers(ticket: Ticket) -> Iterable[int]:
    return Watcher.objects.filter(ticket_id=ticket.pk).values_list("user_id", flat=True)


def _people_of(organisation_id: int | None) -> Iterable[int]:
    if organisation_id is None:
        return []
    return User.objects.active().filter(organisation_id=organisation_id).values_list("pk", flat=True)


def _belongs_to_a_move(activity: Activity) -> bool:
    """A resolution's words, and a reopening's reason, are told with the move that they came with."""
    if activity.data.get("kind") == Comment.Kind.RESOLUTION:
        return True
    reopenings = Activity.objects.filter(
        subject_kind=activity.subject_kind, subject_id=activity.subject_id, at=activity.at, actor=activity.actor
    )
    return reopenings.filter(verb__endswith=".reopened").exists()


def _send(told: Told, activity: Activity) -> None:
    """Tell them, and the deputies who stand in today for those who are given something."""
    named = {person for notice in DEPUTISED for person in told.get(notice, ())}
    away = User.objects.filter(pk__in=named, deputy__isnull=False).select_related("deputy") if named else []
    for person in away:
        if deputy := person.standing_deputy:
            for notice in DEPUTISED:
                if person.pk in told.get(notice, ()):
                    told[notice].add(deputy.pk)
    notify(told, activity=activity)
