"""What each notice is to people: how strong it is, and whether they get it when they have not said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from accounts.access import Access
from notifications.models import Notice, Preference


@dataclass(frozen=True)
class Wish:
    """Whether one person wants one notice in the product and by mail."""

    in_product: bool
    by_mail: bool


STRENGTH = (
    Notice.MENTION,
    Notice.ESCALATED,
    Notice.ASSIGNED,
    Notice.REMINDER,
    Notice.REPLY,
    Notice.STATUS,
    Notice.NOTE,
    Notice.TEAM,
    Notice.WATCHED,
)
"""The strongest first: of several notices of one activity a person gets one."""

QUIET = frozenset({Notice.TEAM, Notice.NOTE})
"""Not sent by mail unless asked for: the whole team's arrivals, and notes among colleagues."""

FOR_REQUESTERS = (Notice.REPLY, Notice.STATUS, Notice.REMINDER, Notice.WATCHED)
"""Those that can reach somebody who does not work on the desk's side."""


def default_for(notice: str) -> Wish:
    return Wish(in_product=True, by_mail=notice not in QUIET)


def offered_to(access: Access) -> list[Notice]:
    """The notices that can reach this person, in the order of the preferences page."""
    if access.reads_desk or access.supplier_id is not None:
        return list(Notice)
    return [notice for notice in Notice if notice in FOR_REQUESTERS]


def strongest(told: Mapping[Notice, Iterable[int]]) -> dict[int, Notice]:
    """For each person of `told` (people by notice) the strongest notice."""
    chosen: dict[int, Notice] = {}
    for notice in STRENGTH:
        for person in told.get(notice, ()):
            chosen.setdefault(person, notice)
    return chosen


def wishes(chosen: Mapping[int, Notice]) -> dict[int, Wish]:
    """What each person wants of the notice chosen for them, in one query."""
    found = {person: default_for(notice) for person, notice in chosen.items()}
    said = Preference.objects.filter(user_id__in=chosen, notice__in=set(chosen.values()))
    for preference in said:
        if chosen[preference.user_id] == preference.notice:
            found[preference.user_id] = Wish(preference.in_product, preference.by_mail)
    return found
