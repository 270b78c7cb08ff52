"""The backlog, and the rows behind a figure; `spreads` and `counting` ask the other questions."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts.access import access_of
from accounts.models import User
from metrics import ages
from metrics.definitions import AGES, FIGURES, Backlog, Duration, Figure, Rate, Share
from metrics.definitions import Count as CountFigure
from metrics.grouping import Group, key_of
from metrics.models import TicketFigure
from metrics.periods import Period
from metrics.remembering import remembered
from metrics.selection import Narrowing, NotUnderstood, Rows
from metrics.sight import Sight
from metrics.spreads import visible

Lives = dict[Any, list[ages.Life]]


def backlog(
    sight: Sight, period: Period, ends: list[date], narrowing: Narrowing, group: Group = None
) -> dict[Any, list[tuple[int, ...]]]:
    """For each group, at the end of each of the days `ends` (in order): how many were open, by class of age.

    The days lie in the period, or are the one before it.
    """
    first = period.first - timedelta(days=1)
    question = ("backlog", first, period.last, group)
    lives = remembered(
        question, sight, narrowing, lambda: _lives(visible(sight, narrowing), Period(first, period.last), group)
    )
    limits = [youngest for _name, _label, youngest, _older in AGES]
    return {key: ages.at_ends(ends, found, limits) for key, found in lives.items()}


def _lives(rows: "models.QuerySet[TicketFigure]", period: Period, group: Group) -> Lives:
    """Of the incidents that were open at the end of some day of the period: how many were opened and resolved when."""
    found: Lives = defaultdict(list)
    grouped = (
        rows.filter(_open_during(period.first, period.last))
        .annotate(key=key_of(group, "opened_on"))
        .order_by()
        .values_list("key", "opened_on", "resolved_on")
        .annotate(n=Count("pk"))
    )
    for key, opened_on, resolved_on, n in grouped:
        found[key].append((opened_on, resolved_on, n))
    return dict(found)


def _open_during(first: date, last: date) -> Q:
    """Open at the end of some day from `first` to `last`."""
    return Q(opened_on__lte=last) & (Q(resolved_on__isnull=True) | Q(resolved_on__gt=first))


def rows(wanted: Rows, user: Any) -> "models.QuerySet[TicketFigure]":
    """Exactly the incidents that a figure counts, of those that the person sees."""
    figure = FIGURES[wanted.figure]
    person = person_for(wanted.person, user) if wanted.person else None
    narrowing = Narrowing.of(wanted.keys, user, person=person, leaves_assumed=wanted.leaves_assumed)
    found = TicketFigure.objects.visible_to(user).filter(narrowing.condition)
    if narrowing.person is not None:
        found = found.filter(resolver=narrowing.person)
    if isinstance(figure, Backlog):
        return found.filter(_open_during(wanted.period.last, wanted.period.last), _aged(wanted))
    found = found.filter(**{f"{figure.day}__range": (wanted.period.first, wanted.period.last)})
    return found.filter(_part(figure, wanted.part, leaves_assumed=wanted.leaves_assumed))


def _part(figure: Figure, part: str, *, leaves_assumed: bool) -> Q:
    if part == "population" or isinstance(figure, CountFigure):
        return Q()
    if isinstance(figure, Duration):
        has_value = Q(**{f"{figure.column}__isnull": False})
        if part == "left-out":
            return ~has_value
        if part == "assumed":
            return has_value & Q(**{figure.assumes: True})
        return has_value & Q(**{figure.assumes: False}) if leaves_assumed else has_value
    if isinstance(figure, Share):
        return Q(touched_seconds__isnull=part == "left-out")
    if isinstance(figure, Rate):
        return ~figure.condition if part == "left-out" else figure.condition
    return Q()


def _aged(wanted: Rows) -> Q:
    """The days of opening that make a class of age at the end of the period."""
    for name, _label, youngest, older in AGES:
        if name == wanted.age:
            condition = Q(opened_on__lte=wanted.period.last - timedelta(days=youngest))
            if older is not None:
                condition &= Q(opened_on__gt=wanted.period.last - timedelta(days=older))
            return condition
    return Q()


def person_for(username: str, user: Any) -> User:
    """Whose own figures somebody asks for: their own, or those of a member of a team that they lead. Nobody else's."""
    person = User.objects.filter(username__iexact=username).first()
    if person is None or not may_see_own_figures(user, person):
        raise NotUnderstood("figure", _("There is nobody of that name whose figures you see."))
    return person


def may_see_own_figures(user: Any, person: User) -> bool:
    """A person's own figures are for that person, and for the lead of a team that they are in."""
    access = access_of(user)
    if access.user_id is None:
        return False
    if access.user_id == person.pk:
        return True
    return bool(access.led_team_ids) and person.memberships.filter(team_id__in=access.led_team_ids).exists()
