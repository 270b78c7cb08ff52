"""A ticket's story: what was said and what happened, in one order, for one reader."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.kinds import kind_of
from core.models import Activity
from tickets.models import Attachment, Comment
from tickets.record.wording import NAMED, WORDS, Names, field_label, in_words

FOLDED_WITHIN = timedelta(minutes=2)
LONGEST = 500
"""Entries of one page: the newest; the rest by "Show earlier"."""

QUIET = frozenset({"ticket.commented", "incident.reminded"})
"""Verbs whose words stand on the timeline as the comment itself."""


@dataclass
class Entry:
    """One line of the timeline: words (`public`, `note`, `requester`, `supplier`) or a `change`."""

    id: str
    kind: str
    at: datetime
    author: Any = None
    body: str = ""
    via: str = ""
    to: str = ""
    tag: str = ""
    text: str = ""
    icon: str = ""
    files: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    group: str = "conversation"


@dataclass(frozen=True)
class Story:
    """A timeline's entries, how many there are of each group, and the key of the newest activity that it tells."""

    entries: list[Entry]
    counts: dict[str, int]
    mark: int


def timeline(ticket: Any, user: Any, *, only: str = "") -> Story:
    """What the desk reads of a ticket, oldest first. `only` is a group: conversation, fields, moves."""
    files = _files(ticket, user)
    activities = list(
        Activity.objects.filter(subject_kind=ticket.subject_kind, subject_id=ticket.pk)
        .select_related("actor")
        .order_by("at", "pk")
    )
    mark = max((each.pk for each in activities), default=0)
    told = [each for each in activities if each.verb not in QUIET]
    entries = [_report(ticket, files), *_words(ticket, user, files), *_happenings(ticket, told)]
    entries.sort(key=lambda entry: entry.at)
    counts = {name: sum(entry.group == name for entry in entries) for name in ("conversation", "moves", "fields")}
    counts["all"] = len(entries)
    if only in ("conversation", "moves", "fields"):
        entries = [entry for entry in entries if entry.group == only]
    return Story(entries[-LONGEST:], counts, mark)


def _files(ticket: Any, user: Any) -> dict[int | None, list[dict[str, Any]]]:
    """The files that the person may know of, by the comment that they came with; None are those of the report."""
    by_comment: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    for file in Attachment.objects.visible_to(user).filter(ticket_id=ticket.pk):
        is_given = file.scan == Attachment.Scan.PASSED
        by_comment[file.comment_id].append(
            {
                "name": file.name,
                "url": f"/files/{file.key}/" if is_given else "",
                "size": file.size,
                "state": "" if is_given else file.get_scan_display(),
            }
        )
    return by_comment


def _report(ticket: Any, files: Mapping[int | None, list[dict[str, Any]]]) -> Entry:
    via = {
        "portal": _("Report from the portal"),
        "phone": _("Report by telephone"),
        "walk_in": _("Report in person"),
        "api": _("Report over the API"),
        "import": _("Imported report"),
    }.get(ticket.channel, _("Report"))
    return Entry(
        id="report",
        kind="requester",
        at=ticket.opened_at,
        author=ticket.requester,
        body=ticket.description or ticket.title,
        via=via,
        files=files.get(None, []),
    )


def _words(ticket: Any, user: Any, files: Mapping[int | None, list[dict[str, Any]]]) -> Iterable[Entry]:
    comments = (
        Comment.objects.visible_to(user).filter(ticket_id=ticket.pk).select_related("author", "supplier", "merged_from")
    )
    for comment in comments:
        yield Entry(
            id=f"c{comment.pk}",
            kind=_kind_of_words(comment),
            at=comment.created_at,
            author=comment.author or _("Evenkeel"),
            body=comment.text,
            via=_via(comment),
            to=_to(comment, ticket),
            tag=comment.get_kind_display() if comment.kind != Comment.Kind.COMMENT else "",
            files=files.get(comment.pk, []),
        )


def _kind_of_words(comment: Comment) -> str:
    if comment.audience == Activity.Audience.SUPPLIER:
        return "supplier"
    if comment.audience == Activity.Audience.INTERNAL:
        return "note"
    return "requester" if comment.is_from_requester else "public"


def _via(comment: Comment) -> str:
    if comment.merged_from:
        return _("From %(number)s, merged into this") % {"number": comment.merged_from.number}
    if comment.via == Activity.Via.MAIL:
        return _("Reply by mail")
    return ""


def _to(comment: Comment, ticket: Any) -> str:
    if comment.supplier:
        return _("with %(name)s") % {"name": comment.supplier.name}
    if comment.audience == Activity.Audience.REQUESTER and not comment.is_from_requester:
        return _("to %(name)s") % {"name": ticket.requester.name}
    return ""


def _happenings(ticket: Any, activities: list[Activity]) -> Iterable[Entry]:
    """What happened besides words. Field changes of one person within two minutes are one line."""
    activities = [*activities, *_of_tasks(ticket)]
    activities.sort(key=lambda activity: (activity.at, activity.pk))
    names = _names(ticket, activities)
    last: tuple[Entry, Activity] | None = None
    for activity in activities:
        changes = _changes(ticket, activity, names)
        if activity.verb == "ticket.edited" and last and _folds(last[1], activity):
            last[0].changes += changes
            last[0].text = _edited(activity, last[0].changes)
            continue
        entry = _happening(ticket, activity, changes, names)
        if activity.verb == "ticket.edited":
            last = (entry, activity)
        yield entry


def _of_tasks(ticket: Any) -> list[Activity]:
    ids = [task.pk for task in ticket.tasks.all()]
    if not ids:
        return []
    return list(Activity.objects.filter(subject_kind="task", subject_id__in=ids).select_related("actor"))


def _folds(before: Activity, now: Activity) -> bool:
    return before.actor_id == now.actor_id and now.at - before.at <= FOLDED_WITHIN


def _happening(ticket: Any, activity: Activity, changes: list[dict[str, Any]], names: Names) -> Entry:
    who = activity.actor.name if activity.actor else _("Evenkeel")
    words = WORDS.get(activity.verb.split(".", 1)[1])
    if activity.verb == "ticket.edited":
        text = _edited(activity, changes)
    elif words:
        text = str(words) % {"who": who, **in_words(ticket, activity, names)}
    else:
        text = _("%(who)s: %(verb)s") % {"who": who, "verb": activity.verb.split(".", 1)[1].replace("_", " ")}
    if activity.data.get("reason") and activity.verb != "ticket.edited":
        text = f"{text} “{activity.data['reason']}”"
    if activity.data.get("imported"):
        text = _("%(text)s (imported; not a move of our table)") % {"text": text}
    move = kind_of(ticket).lifecycle.moves.get(str(activity.data.get("move", "")))
    icon = move.icon if move and move.icon else "adjustments-horizontal"
    group = "fields" if activity.verb == "ticket.edited" else "moves"
    return Entry(
        id=f"a{activity.pk}", kind="change", at=activity.at, text=text, icon=icon, changes=changes, group=group
    )


def _edited(activity: Activity, changes: list[dict[str, Any]]) -> str:
    who = activity.actor.name if activity.actor else _("Evenkeel")
    labels = list(dict.fromkeys(str(change["label"]).lower() for change in changes))
    count = ngettext("%(who)s changed %(fields)s", "%(who)s changed %(fields)s", len(labels))
    return count % {"who": who, "fields": ", ".join(labels) or _("nothing")}


def _changes(ticket: Any, activity: Activity, names: Names) -> list[dict[str, Any]]:
    lines = []
    for name, (old, new) in activity.changes.items():
        label = field_label(ticket, name)
        if label is None:
            continue
        column = ticket._meta.get_field(name)
        lines.append({"label": label, "old": _value(column, old, names), "new": _value(column, new, names)})
    return lines


def _value(column: Any, value: Any, names: Names) -> str:
    if value in (None, "", []):
        return ""
    if column.is_relation:
        return names.get((column.related_model, str(value)), str(value))
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(value)


def _names(ticket: Any, activities: list[Activity]) -> dict[tuple[type[Model], str], str]:
    """The names behind the primary keys in changes, one query for each model."""
    wanted: dict[type[Model], set[str]] = {}
    for activity in activities:
        for name, model in NAMED.items():
            if activity.data.get(name):
                wanted.setdefault(model, set()).add(str(activity.data[name]))
        for name, pair in activity.changes.items():
            if field_label(ticket, name) is None:
                continue
            column = ticket._meta.get_field(name)
            if column.is_relation:
                keys = {str(value) for value in pair if value not in (None, "")}
                wanted.setdefault(column.related_model, set()).update(keys)
    return {
        (model, str(each.pk)): str(each)
        for model, keys in wanted.items()
        for each in (model._default_manager.filter(pk__in=keys) if keys else [])
    }
