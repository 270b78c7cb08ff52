"""What a person may read of an activity on a ticket or a task: the ticket, one sentence, and the words if any."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.access import Access, access_of
from core.models import Activity
from notifications import subjects
from notifications.subjects import Entry, News
from tickets.models import Comment, Referral, Task, Ticket

Audience = Activity.Audience

# What somebody of the desk reads, by event; `%(who)s` is a name.
DESK_SENTENCES = {
    "opened": gettext_noop("%(who)s opened this."),
    "taken": gettext_noop("%(who)s took this."),
    "assigned": gettext_noop("%(who)s assigned this."),
    "escalated": gettext_noop("%(who)s passed this on to another team."),
    "escalated_up": gettext_noop("%(who)s asks for your help with this."),
    "returned": gettext_noop("%(who)s returned this."),
    "held": gettext_noop("%(who)s put this on hold."),
    "resumed": gettext_noop("%(who)s resumed work on this."),
    "resolved": gettext_noop("%(who)s resolved this."),
    "reopened": gettext_noop("%(who)s reopened this."),
    "closed": gettext_noop("%(who)s closed this."),
    "cancelled": gettext_noop("%(who)s cancelled this."),
    "withdrawn": gettext_noop("%(who)s withdrew this."),
    "merged": gettext_noop("%(who)s merged this into another."),
    "unmerged": gettext_noop("%(who)s undid the merge of this."),
    "reminded": gettext_noop("%(who)s reminded the requester."),
    "commented": gettext_noop("%(who)s wrote."),
    "referred": gettext_noop("%(who)s asks for your help with this."),
    "referral_chased": gettext_noop("%(who)s asks where this stands."),
    "referral_returned": gettext_noop("%(who)s handed this back."),
    "referral_taken_back": gettext_noop("%(who)s needs no more from you on this."),
    "watched": gettext_noop("%(who)s asked that you hear of this."),
    "started": gettext_noop("%(who)s started work on this."),
    "done": gettext_noop("%(who)s finished this."),
    "skipped": gettext_noop("%(who)s skipped this."),
    "edited": gettext_noop("%(who)s changed this."),
}

# What a requester reads where the desk's words would not say it plainly.
PLAIN_SENTENCES = {
    "opened": gettext_noop("We have received this and will look at it."),
    "taken": gettext_noop("%(who)s is working on this."),
    "held": gettext_noop("We need something from you before we can go on."),
    "resumed": gettext_noop("We are working on this again."),
    "resolved": gettext_noop("This should be solved. Please check, and tell us if it is not."),
    "reopened": gettext_noop("This is open again, and we go on with it."),
    "closed": gettext_noop("This is done and closed."),
    "cancelled": gettext_noop("This was cancelled."),
    "reminded": gettext_noop("We still wait for your answer."),
}

SAID_INTERNALLY = {
    "held": "hold_awaits",
    "reopened": "reason",
    "cancelled": "reason",
    "withdrawn": "reason",
    "escalated": "reason",
    "escalated_up": "reason",
    "returned": "reason",
    "skipped": "skip_reason",
}
"""Which answer of a move carries words. They are the desk's own, also where the requester is told of the move."""


@dataclass(frozen=True)
class Words:
    text: str = ""
    is_internal: bool = False


def may_read(access: Access, audience: str) -> bool:
    """Whether words for this audience are for this person, as `audience_filter` has it for rows."""
    if access.supplier_id is not None:
        return audience == Audience.SUPPLIER
    return access.reads_desk or audience == Audience.REQUESTER


def _is_open_to(access: Access, activity: Activity) -> bool:
    """As `may_read`; and what is between the desk and one supplier is nothing for another."""
    is_elsewhere = access.supplier_id is not None and activity.data.get("supplier") != access.supplier_id
    return may_read(access, activity.audience) and not is_elsewhere


class TicketNews:
    """Activities whose subject is a ticket."""

    def readable(self, user: Any, entries: Sequence[Entry]) -> set[int]:
        access = access_of(user)
        open_to = [entry for entry in entries if may_read(access, entry.audience)]
        seen = self._seen(user, {entry.subject_id for entry in open_to})
        return {entry.activity_id for entry in open_to if entry.subject_id in seen}

    def news(self, user: Any, activities: Sequence[Activity]) -> Mapping[int, News]:
        access = access_of(user)
        open_to = [activity for activity in activities if _is_open_to(access, activity)]
        records = self._records(user, {activity.subject_id for activity in open_to})
        open_to = [activity for activity in open_to if activity.subject_id in records]
        comments = {**_comments(user, open_to), **_referrals(user, open_to)}
        found = {}
        for activity in open_to:
            if "comment" in activity.data and activity.pk not in comments:
                continue  # said to others than this person
            words = comments.get(activity.pk) or _own_words(access, activity)
            found[activity.pk] = self._written(user, activity, records[activity.subject_id], words)
        return found

    def _seen(self, user: Any, ids: set[int]) -> set[int]:
        return set(Ticket.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()

    def _records(self, user: Any, ids: set[int]) -> dict[int, Any]:
        shown = Ticket.objects.visible_to(user).only("number", "title", "kind", "requester")
        return shown.in_bulk(list(ids)) if ids else {}

    def _written(self, user: Any, activity: Activity, ticket: Any, words: Words) -> News:
        return News(
            number=ticket.number,
            title=ticket.title,
            url=ticket.get_absolute_url(),
            sentence=sentence(user, activity, ticket),
            words=words.text,
            is_internal=words.is_internal,
        )


class TaskNews(TicketNews):
    """Activities whose subject is a task; they are told under the ticket's number."""

    def _seen(self, user: Any, ids: set[int]) -> set[int]:
        return set(Task.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()

    def _records(self, user: Any, ids: set[int]) -> dict[int, Any]:
        return Task.objects.visible_to(user).select_related("ticket").in_bulk(list(ids)) if ids else {}

    def _written(self, user: Any, activity: Activity, task: Any, words: Words) -> News:
        event = _event(activity)
        said = _(DESK_SENTENCES.get(event, DESK_SENTENCES["edited"])) % {"who": _who(activity)}
        return News(
            number=task.ticket.number,
            title=task.ticket.title,
            url=task.ticket.get_absolute_url(),
            sentence=_("Task %(number)s, %(title)s: %(said)s")
            % {"number": task.number, "title": task.title, "said": said},
            words=words.text,
            is_internal=words.is_internal,
        )


def sentence(user: Any, activity: Activity, ticket: Any) -> str:
    """One sentence that says what happened, plain for those who do not work at the desk and for the requester."""
    event, who = _event(activity), {"who": _who(activity)}
    is_requester = ticket.requester_id == user.pk
    if event == "commented" and user.pk in activity.data.get("mentions", ()):
        return _("%(who)s mentioned you.") % who
    if (is_requester or not access_of(user).reads_desk) and event in PLAIN_SENTENCES:
        return _(PLAIN_SENTENCES[event]) % who
    return _(DESK_SENTENCES.get(event, DESK_SENTENCES["edited"])) % who


def _event(activity: Activity) -> str:
    return activity.verb.partition(".")[2]


def _who(activity: Activity) -> str:
    return activity.actor.name if activity.actor else _("The desk")


def _own_words(access: Access, activity: Activity) -> Words:
    """The words that a move itself carries."""
    event = _event(activity)
    if event == "reminded":
        return Words(str(activity.data.get("text", "")))
    text = str(activity.data.get(SAID_INTERNALLY.get(event, ""), "")) if access.reads_desk else ""
    return Words(text, is_internal=bool(text))


def _comments(user: Any, activities: Sequence[Activity]) -> dict[int, Words]:
    """The words of the comments that these activities are about, and of the resolutions, as far as they may be read."""
    keys = {activity.pk: activity.data["comment"] for activity in activities if "comment" in activity.data}
    solved = {activity.subject_id: activity.pk for activity in activities if _event(activity) == "resolved"}
    if not keys and not solved:
        return {}
    readable = Comment.objects.visible_to(user)
    rows = readable.filter(pk__in=keys.values()).values_list("pk", "text", "audience") if keys else []
    said = {comment: Words(text, audience == Audience.INTERNAL) for comment, text, audience in rows}
    found = {activity: said[comment] for activity, comment in keys.items() if comment in said}
    if solved:
        resolutions = readable.filter(ticket_id__in=solved, kind=Comment.Kind.RESOLUTION).order_by("pk")
        for ticket, text in resolutions.values_list("ticket_id", "text"):
            found[solved[ticket]] = Words(text)
    return found


def _referrals(user: Any, activities: Sequence[Activity]) -> dict[int, Words]:
    """What was asked of a supplier, and what they answered: for those between whom it was said."""
    columns = {"referred": "question", "referral_returned": "answer", "referral_taken_back": "answer"}
    keys = {activity.pk: activity.data.get("referral") for activity in activities if _event(activity) in columns}
    rows = Referral.objects.visible_to(user).in_bulk(list(keys.values())) if keys else {}
    found = {}
    for activity in activities:
        if row := rows.get(keys.get(activity.pk)):
            found[activity.pk] = Words(getattr(row, columns[_event(activity)]))
        elif _event(activity) == "referral_chased":
            found[activity.pk] = Words(str(activity.data.get("note", "")))
    return found


subjects.register("ticket", TicketNews())
subjects.register("task", TaskNews())
