"""What happened to an item, in words, from its activities."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cmdb.lifecycle import LIFECYCLE
from cmdb.models import ConfigurationItem, RelationshipType, Service
from core.models import Activity

SHOWN = 50

WORDS: dict[str, str | Promise] = {
    "ci.created": gettext_lazy("%(who)s added it"),
    "ci.edited": gettext_lazy("%(who)s changed %(fields)s"),
    "ci.related": gettext_lazy("%(who)s related it: %(tie)s"),
    "ci.unrelated": gettext_lazy("%(who)s took a relationship away: %(tie)s"),
    "ci.build_started": gettext_lazy("%(who)s started building it"),
    "ci.put_in_use": gettext_lazy("%(who)s put it into use"),
    "ci.replanned": gettext_lazy("%(who)s sent it back to planning"),
    "ci.taken_back": gettext_lazy("%(who)s sent it back to building"),
    "ci.retired": gettext_lazy("%(who)s retired it"),
    "ci.restored": gettext_lazy("%(who)s put it back into use"),
}
ICONS = {"ci.created": "circle-plus", "ci.related": "link", "ci.unrelated": "link"}


@dataclass(frozen=True)
class Entry:
    """A line of the history, as `components/timeline.html` shows it."""

    id: str
    at: datetime
    icon: str
    text: str
    changes: list[dict[str, str]]
    kind: str = "change"


def history_of(ci: ConfigurationItem) -> list[Entry]:
    """The latest of what happened to an item, latest first, with one query for each kind of thing that is named."""
    rows = Activity.objects.filter(subject_kind=ci.subject_kind, subject_id=ci.pk).select_related("actor")
    activities = list(rows.order_by("-at", "-id")[:SHOWN])
    names = _names(type(ci), activities)
    types = {each.key: each for each in RelationshipType.objects.all()} if _has_ties(activities) else {}
    return [_entry(ci, each, names, types) for each in activities]


def _has_ties(activities: Iterable[Activity]) -> bool:
    return any("source" in each.data for each in activities)


def _entry(ci: ConfigurationItem, activity: Activity, names: dict[tuple[str, str], str], types: Any) -> Entry:
    who = activity.actor.name if activity.actor else _("Evenkeel")
    changes = [
        {"label": str(label), "old": _value(ci, name, old, names), "new": _value(ci, name, new, names)}
        for name, (old, new) in activity.changes.items()
        if (label := _label(ci, name)) and name != "status"
    ]
    fields = ", ".join(change["label"].lower() for change in changes)
    words = str(WORDS.get(activity.verb, gettext_lazy("%(who)s changed it")))
    text = words % {"who": who, "fields": fields, "tie": _tie(activity.data, types)}
    if reason := activity.data.get("reason"):
        text = f"{text} “{reason}”"
    move = LIFECYCLE.moves.get(str(activity.data.get("move", "")))
    icon = move.icon if move else ICONS.get(activity.verb, "adjustments-horizontal")
    return Entry(f"a{activity.pk}", activity.at, icon, text, changes)


def _tie(data: dict[str, Any], types: dict[str, RelationshipType]) -> str:
    if "source" not in data:
        return ""
    reads = types[data["type"]].name if data.get("type") in types else data.get("type", "")
    return f"{data['source']} {reads} {data['target']}"


def _column(ci: ConfigurationItem, name: str) -> Any:
    try:
        return ci._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _label(ci: ConfigurationItem, name: str) -> Any:
    return getattr(_column(ci, name), "verbose_name", None)


def _value(ci: ConfigurationItem, name: str, value: Any, names: dict[tuple[str, str], str]) -> str:
    column = _column(ci, name)
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if column.is_relation:
        return names.get((name, str(value)), str(value))
    return str(dict(column.flatchoices).get(value, value))


def _names(model: type[ConfigurationItem | Service], activities: Iterable[Activity]) -> dict[tuple[str, str], str]:
    """The names behind the primary keys in changes."""
    wanted: dict[str, set[Any]] = defaultdict(set)
    for activity in activities:
        for name, values in activity.changes.items():
            wanted[name].update(value for value in values if isinstance(value, int))
    found = {}
    for name, ids in wanted.items():
        column = next((each for each in model._meta.concrete_fields if each.name == name and each.is_relation), None)
        if column is None or not ids:
            continue
        model_named: Any = column.related_model
        for pk, row in model_named._default_manager.in_bulk(ids).items():
            found[name, str(pk)] = str(row)
    return found
