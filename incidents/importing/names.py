"""The people, teams, categories and locations that a log names, and the desk's rows for them.

A name is the same when it reads the same; its key is made from the source and the name, so that a second import finds
what the first one made.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models.functions import Lower
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Location, Organisation, Team, TeamServes, User
from incidents.importing.events import Event
from incidents.importing.mapping import Mapping, MappingError
from tickets.models import Category

LONGEST_KEY = 60
_PLAIN = re.compile(r"[a-z0-9]+( [a-z0-9]+)*")


def key_of(source: str, *names: str) -> str:
    """A key of at most 60 characters, readable where it can be, and different for names that read differently."""
    words = [" ".join(name.casefold().split()) for name in names]
    key = slugify("-".join([source, *words]))
    if len(key) <= LONGEST_KEY and all(_PLAIN.fullmatch(word) for word in words):
        return key
    digest = hashlib.blake2b("\x1f".join(words).encode(), digest_size=5).hexdigest()
    return f"{key[: LONGEST_KEY - len(digest) - 1].rstrip('-')}-{digest}"


class Names:
    """The rows by name. `learn` finds or makes those of a chunk; without `writes` they are made in memory alone."""

    def __init__(self, mapping: Mapping, *, writes: bool) -> None:
        self.mapping = mapping
        self.writes = writes
        self.made: Counter[str] = Counter()
        self.shared_teams: set[str] = set()
        self.organisation: Any = None
        self.restricted: dict[int, list[int]] = {}
        self._people: dict[str, Any] = {}
        self._teams: dict[str, Any] = {}
        self._locations: dict[str, Any] = {}
        self._categories: dict[tuple[str, ...], Any] = {}

    def person(self, name: str) -> Any:
        """The person of that name, or None for no name."""
        return self._people[name] if name else None

    def team_id(self, name: str) -> int | None:
        return self._teams[name].pk if name else None

    def location_id(self, name: str) -> int | None:
        return self._locations[name].pk if name else None

    def category_id(self, path: tuple[str, ...]) -> int | None:
        return self._categories[path].pk if path else None

    def learn(self, events: Iterable[Event]) -> None:
        """Find or make every row that these events name."""
        people: dict[str, None] = {self.mapping.requester: None}
        teams: dict[str, None] = {}
        locations: dict[str, None] = {}
        categories: dict[tuple[str, ...], None] = {}
        for event in events:
            for name in (event.requester, event.opened_by, event.happened_by, event.assignee, event.resolved_by):
                people[name] = None
            teams[event.team] = locations[event.location] = categories[event.category] = None
        if self.organisation is None:
            self._learn_organisation()
        self._learn_people([name for name in people if name and name not in self._people])
        self._learn_teams([name for name in teams if name and name not in self._teams])
        self._learn_locations([name for name in locations if name and name not in self._locations])
        self._learn_categories([path for path in categories if path and path not in self._categories])

    def _key(self, *names: str) -> str:
        return key_of(self.mapping.source, *names)

    def _make(self, what: str, records: Sequence[Any]) -> None:
        """Write new rows, or, in a dry run, give them keys that no row has."""
        for number, record in enumerate(records, start=self.made[what] + 1):
            if not self.writes:
                record.pk = -number
            elif not isinstance(record, User):
                record.save()
        if self.writes and records and isinstance(records[0], User):
            User.objects.bulk_create(records, batch_size=1000)
        self.made[what] += len(records)

    def _learn_organisation(self) -> None:
        wanted = self.mapping.organisation
        self.organisation = Organisation.objects.filter(key=wanted["key"]).first()
        if self.organisation is None:
            self.organisation = Organisation(key=wanted["key"], name=wanted["name"], kind=wanted["kind"])
            self._make("organisation", [self.organisation])
        serving = list(Team.objects.filter(key__in=wanted["served_by"]))
        if unknown := set(wanted["served_by"]) - {team.key for team in serving}:
            raise MappingError(
                _("The mapping names teams in served_by that do not exist: %(keys)s.")
                % {"keys": ", ".join(sorted(unknown))}
            )
        if wanted["served_by_default_team"]:
            serving += Team.objects.filter(is_default=True, is_active=True)
        self._let_serve(serving)

    def _let_serve(self, teams: Iterable[Team]) -> None:
        if self.writes:
            rows = [TeamServes(team=team, organisation=self.organisation) for team in teams]
            TeamServes.objects.bulk_create(rows, ignore_conflicts=True)

    def _learn_people(self, names: list[str]) -> None:
        keys = {name: self._key(name) for name in names}
        known = User.objects.annotate(lower=Lower("username")).filter(lower__in=keys.values())
        found = {user.username.lower(): user for user in known}
        fresh: dict[str, User] = {}
        for name, key in keys.items():
            if key not in found and key not in fresh:
                fresh[key] = User(username=key, name=name, organisation=self.organisation, password=make_password(None))
        self._make("people", list(fresh.values()))
        self._people.update({name: found.get(key) or fresh[key] for name, key in keys.items()})

    def _learn_teams(self, names: list[str]) -> None:
        keys = {name: self._key(name) for name in names}
        found: dict[str, Team] = {team.key: team for team in Team.objects.filter(key__in=keys.values())}
        by_name = {team.name: team for team in Team.objects.filter(name__in=names)}
        fresh: dict[str, Team] = {}
        for name, key in keys.items():
            if key in found:
                continue
            if name in by_name:
                found[key] = by_name[name]
                self.shared_teams.add(name)
            elif key not in fresh:
                fresh[key] = Team(key=key, name=name, level=self.mapping.teams.get(name, Team.Level.SECOND_LINE))
        self._make("teams", list(fresh.values()))
        self._let_serve(fresh.values())
        self._let_serve(found[key] for key in set(keys.values()) & set(found))
        self._teams.update({name: found.get(key) or fresh[key] for name, key in keys.items()})

    def _learn_locations(self, names: list[str]) -> None:
        keys = {name: self._key(name) for name in names}
        found = {each.key: each for each in Location.objects.filter(key__in=keys.values())}
        fresh: dict[str, Location] = {}
        for name, key in keys.items():
            if key not in found and key not in fresh:
                fresh[key] = Location(key=key, name=name, organisation=self.organisation)
        self._make("locations", list(fresh.values()))
        self._locations.update({name: found.get(key) or fresh[key] for name, key in keys.items()})

    def _learn_categories(self, paths: list[tuple[str, ...]]) -> None:
        """Parents first. A category that was restricted since restricts what is taken in under it."""
        wanted = dict.fromkeys(path[:length] for path in paths for length in range(1, len(path) + 1))
        keys = {path: self._key(*path) for path in wanted if path not in self._categories}
        found = {each.key: each for each in Category.objects.filter(key__in=keys.values())}
        for path, key in sorted(keys.items(), key=lambda item: len(item[0])):
            category = found.get(key)
            if category is None:
                parent = self._categories[path[:-1]] if path[:-1] else None
                category = Category(key=key, name=path[-1], parent=parent, is_requestable=False)
                self._make("categories", [category])
                found[key] = category
            self._categories[path] = category
        restricted = Category.restricted_to.through.objects.filter(category__key__in=keys.values())
        for category_id, team_id in restricted.order_by("team_id").values_list("category_id", "team_id"):
            self.restricted.setdefault(category_id, []).append(team_id)
