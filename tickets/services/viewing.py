"""Saved views of a queue: a query string with a name, for oneself, for a team, or for everybody.

What a query may hold the queue knows: its author hands in `check`, which gives the parameters that are unknown.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.roles import Role
from core.activity import record
from core.exceptions import AnswersMissing
from tickets.models import SavedView

Check = Callable[[QueryDict], Sequence[str]]
"""`check(query)` gives the names of parameters that the queue does not know."""

FOR_EVERYBODY = Role.INCIDENT_MANAGER | Role.ADMINISTRATOR
"""Who may save views for everybody."""

MOST_VIEWS = 50
KEPT = ("page", "name", "query", "columns", "owner_id", "team_id", "order", "is_default")
"""What a view is made of."""


@transaction.atomic
def save_view(
    *,
    page: str,
    name: str,
    query: str,
    actor: User,
    check: Check,
    columns: Sequence[str] = (),
    team: Team | None = None,
    is_for_everybody: bool = False,
) -> SavedView:
    """Keep a query string under a name. One of the same name, for the same people, is refused."""
    view = SavedView(
        page=page,
        name=" ".join(name.split()),
        query=_checked(query, check),
        columns=list(columns),
        owner=None if team or is_for_everybody else actor,
        team=team,
    )
    _for_whom_they_may(view, actor)
    if _beside(view).count() >= MOST_VIEWS:
        raise AnswersMissing({"name": [_("There are %(n)d views already; delete one first.") % {"n": MOST_VIEWS}]})
    _check_words(view)
    view.save()
    record("view.saved", view, actor=actor, data={"name": view.name, "query": view.query})
    return view


@transaction.atomic
def edit_view(
    *,
    view: SavedView,
    actor: User,
    name: str | None = None,
    query: str | None = None,
    columns: Sequence[str] | None = None,
    order: int | None = None,
    check: Check | None = None,
) -> SavedView:
    """Rename a view, give it another query or columns, or move it in the list. A new query needs its `check`."""
    view = _locked(view, actor)
    before = {"name": view.name, "query": view.query, "columns": list(view.columns), "order": view.order}
    if name is not None:
        view.name = " ".join(name.split())
    if query is not None:
        if check is None:
            raise ValueError("A query is checked before it is kept.")
        view.query = _checked(query, check)
    if columns is not None:
        view.columns = list(columns)
    if order is not None:
        view.order = order
    _check_words(view)
    changes = {key: [old, getattr(view, key)] for key, old in before.items() if old != getattr(view, key)}
    if changes:
        view.save(update_fields=list(changes))
        record("view.edited", view, actor=actor, changes=changes)
    return view


@transaction.atomic
def move_view(*, view: SavedView, actor: User, up: bool) -> SavedView:
    """Move a view past the one before it, or past the one after it, among those for the same people."""
    view = _locked(view, actor)
    row = list(_beside(view).select_for_update(of=("self",)).order_by("order", "name"))
    at = next(index for index, each in enumerate(row) if each.pk == view.pk)
    to = at - 1 if up else at + 1
    if 0 <= to < len(row):
        row[at], row[to] = row[to], row[at]
        for place, each in enumerate(row, start=1):
            each.order = place
        SavedView.objects.bulk_update(row, ["order"])
        record("view.moved", view, actor=actor, data={"up": up})
    return view


@transaction.atomic
def delete_view(*, view: SavedView, actor: User) -> dict[str, Any]:
    """Delete a view; the tickets that it showed stay as they are. What `restore_view` takes to undo it."""
    view = _locked(view, actor)
    kept = {name: getattr(view, name) for name in KEPT}
    record("view.deleted", view, actor=actor, data={"name": view.name, "query": view.query})
    view.delete()
    return kept


@transaction.atomic
def restore_view(*, kept: Mapping[str, Any], actor: User, check: Check) -> SavedView:
    """Bring back a view that the person has just deleted. One of the same name that came since is in the way."""
    view = SavedView(**{name: kept[name] for name in KEPT})
    view.query = _checked(view.query, check)
    _for_whom_they_may(view, actor)
    _check_words(view)
    if view.is_default and _beside(view).filter(is_default=True).exists():
        view.is_default = False
    view.save()
    record("view.restored", view, actor=actor, data={"name": view.name, "query": view.query})
    return view


@transaction.atomic
def make_default(*, view: SavedView, actor: User, is_default: bool = True) -> SavedView:
    """Make a view the one that the queue opens with, for those whose view it is; there is one at most."""
    view = _locked(view, actor)
    _beside(view).filter(is_default=True).exclude(pk=view.pk).update(is_default=False)
    if view.is_default != is_default:
        view.is_default = is_default
        view.save(update_fields=["is_default"])
        record("view.made_default" if is_default else "view.default_removed", view, actor=actor)
    return view


def views_for(user: User, page: str) -> Any:
    """The saved views that a person has on a page: their own, their teams' and everybody's."""
    return SavedView.objects.filter(page=page).filter(
        Q(owner=user) | Q(owner=None, team=None) | Q(owner=None, team_id__in=user.access.team_ids)
    )


def default_view(user: User, page: str) -> SavedView | None:
    """The view that a queue opens with: one's own before the team's before everybody's."""
    defaults = views_for(user, page).filter(is_default=True)
    return min(defaults, key=lambda view: (view.owner_id is None, view.team_id is None, view.order), default=None)


def may_change(view: SavedView, user: User) -> bool:
    """Whose view it is may change it: the person, the desk's people in the team, those who may for everybody."""
    if view.owner_id is not None:
        return view.owner_id == user.pk
    if view.team_id is not None:
        return user.access.is_desk and view.team_id in {*user.access.team_ids, *user.access.led_team_ids}
    return user.has_role(FOR_EVERYBODY)


def _for_whom_they_may(view: SavedView, actor: User) -> None:
    if not may_change(view, actor):
        raise PermissionDenied(_("You may not change views of these people."))


def _locked(view: SavedView, actor: User) -> SavedView:
    view = SavedView.objects.select_for_update(of=("self",)).get(pk=view.pk)
    _for_whom_they_may(view, actor)
    return view


def _beside(view: SavedView) -> Any:
    """The views of the same page for the same people."""
    return SavedView.objects.filter(page=view.page, owner=view.owner, team=view.team)


def _checked(query: str, check: Check) -> str:
    """A query string in its plain form; `AnswersMissing` names what the queue does not know."""
    try:
        parsed = QueryDict(query.lstrip("?"), mutable=True)
    except Exception as error:  # too many fields, or bytes that are no text
        raise AnswersMissing({"query": [_("This cannot be read as a query.")]}) from error
    for passing in ("page", "export", "chosen", "view", "more"):
        parsed.pop(passing, None)
    unknown = check(parsed)
    if unknown:
        names = ", ".join(sorted(unknown))
        raise AnswersMissing({"query": [_("The list does not know %(names)s.") % {"names": names}]})
    return parsed.urlencode()


def _check_words(view: SavedView) -> None:
    try:
        view.clean_fields(exclude=["owner", "team"])
    except ValidationError as error:
        raise AnswersMissing(error.message_dict) from error
    if _beside(view).filter(name__iexact=view.name).exclude(pk=view.pk).exists():
        raise AnswersMissing({"name": [_("There is a view of this name already.")]})
