"""What the operators of a search mean: `assignee:me state:open priority:1 team:network requester:anna is:unassigned`.

An operator narrows a queryset of tickets that is already what the person may see. A higher app adds its own.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.access import access_of
from accounts.models import Organisation, Team, User
from cmdb.models import Service
from core.kinds import all_kinds
from tickets.models import Category, Referral, Ticket
from tickets.query import Operator, QueryError

Condition = Callable[[str, Any], Q]
"""`condition(value, user)` gives the condition that tickets must meet."""

NOBODY_IS_MEANT = Q(pk__in=[])
MOST_PEOPLE = 200

_conditions: dict[str, Condition] = {}


def operator(name: str) -> Callable[[Condition], Condition]:
    """Register what `name:value` means."""

    def register(condition: Condition) -> Condition:
        _conditions[name] = condition
        return condition

    return register


def names() -> list[str]:
    return sorted(_conditions)


def narrowed(tickets: Any, operators: tuple[Operator, ...], user: Any) -> Any:
    """The tickets that meet all operators. An operator given twice means either."""
    either: dict[tuple[str, bool], Q] = {}
    for each in operators:
        condition = _conditions[each.name](each.value, user)
        key = (each.name, each.is_negated)
        either[key] = either[key] | condition if key in either else condition
    for (_name, is_negated), condition in either.items():
        tickets = tickets.exclude(condition) if is_negated else tickets.filter(condition)
    return tickets


def _people(value: str, user: Any) -> list[int]:
    """Those whom a value means: me, a user name, or whoever has it in their name."""
    if value.lower() == "me":
        return [user.pk]
    exact = list(User.objects.filter(username__iexact=value).values_list("pk", flat=True))
    return exact or list(User.objects.filter(name__icontains=value).values_list("pk", flat=True)[:MOST_PEOPLE])


@operator("assignee")
def _assignee(value: str, user: Any) -> Q:
    if value.lower() == "none":
        return Q(assignee=None)
    return Q(assignee_id__in=_people(value, user))


@operator("requester")
def _requester(value: str, user: Any) -> Q:
    return Q(requester_id__in=_people(value, user))


@operator("team")
def _team(value: str, user: Any) -> Q:
    if value.lower() in ("mine", "my"):
        return Q(team_id__in=access_of(user).team_ids)
    if value.lower() == "none":
        return Q(team=None)
    return _named("team", Team, value)


@operator("organisation")
def _organisation(value: str, user: Any) -> Q:
    found = Organisation.objects.filter(Q(key__iexact=value) | Q(name__icontains=value))
    below = Q(pk__in=[])
    for organisation in found[:20]:
        below |= Q(path__startswith=organisation.path)
    return Q(organisation_id__in=list(Organisation.objects.filter(below).values_list("pk", flat=True)))


@operator("service")
def _service(value: str, user: Any) -> Q:
    return _named("service", Service, value)


@operator("category")
def _category(value: str, user: Any) -> Q:
    found = Category.objects.filter(Q(key__iexact=value) | Q(name__icontains=value))
    below = Q(pk__in=[])
    for category in found[:20]:
        below |= Q(path__startswith=category.path)
    return Q(category_id__in=list(Category.objects.filter(below).values_list("pk", flat=True)))


@operator("state")
def _state(value: str, user: Any) -> Q:
    """A stage (open, waiting, resolved, closed), `unresolved`, or a status of some practice by its key or its label."""
    wanted = value.lower().replace(" ", "_")
    if wanted == "unresolved":
        return Q(stage__in=[Ticket.Stage.OPEN, Ticket.Stage.WAITING])
    if wanted in Ticket.Stage.values:
        return Q(stage=wanted)
    statuses = {
        key
        for kind in all_kinds()
        for key, label in kind.lifecycle.statuses.choices  # type: ignore[attr-defined]  # statuses are TextChoices
        if wanted in (key, str(label).lower().replace(" ", "_"))
    }
    if not statuses:
        known = ", ".join([*Ticket.Stage.values, "unresolved"])
        raise QueryError(_('There is no state "%(value)s". Try %(known)s.') % {"value": value, "known": known})
    return Q(status__in=statuses)


@operator("priority")
def _priority(value: str, user: Any) -> Q:
    given = [part.strip().lower().removeprefix("p") for part in value.split(",") if part.strip()]
    if not given or any(part not in ("1", "2", "3", "4", "5") for part in given):
        raise QueryError(_("A priority is a number from 1 to 5, such as priority:1 or priority:1,2."))
    return Q(priority__in=[int(part) for part in given])


@operator("kind")
def _kind(value: str, user: Any) -> Q:
    return Q(kind=value.lower())


def visible_referrals(user: Any) -> Any:
    """Requesters are not told which supplier their ticket is with."""
    return Referral.objects.visible_to(user) if access_of(user).reads_desk else Referral.objects.none()


_IS: dict[str, Callable[[Any], Q]] = {
    "unassigned": lambda user: Q(assignee=None),
    "assigned": lambda user: Q(assignee__isnull=False),
    "mine": lambda user: Q(assignee_id=user.pk),
    "requested": lambda user: Q(requester_id=user.pk),
    "watched": lambda user: Q(pk__in=user.watched.values("ticket_id")),
    "restricted": lambda user: Q(is_restricted=True),
    "referred": lambda user: Q(pk__in=visible_referrals(user).filter(returned_at=None).values("ticket_id")),
    "parent": lambda user: Q(pk__in=Ticket.objects.visible_to(user).exclude(parent=None).values("parent_id")),
    "child": lambda user: Q(parent__isnull=False),
    "open": lambda user: Q(stage__in=[Ticket.Stage.OPEN, Ticket.Stage.WAITING]),
}


@operator("is")
def _is(value: str, user: Any) -> Q:
    if value.lower() not in _IS:
        raise QueryError(_("After is: comes one of %(known)s.") % {"known": ", ".join(sorted(_IS))})
    return _IS[value.lower()](user)


def _named(relation: str, model: Any, value: str) -> Q:
    """Exactly this key, else those whose name has the value in it."""
    exact = list(model.objects.filter(key__iexact=value).values_list("pk", flat=True))
    found = exact or list(model.objects.filter(name__icontains=value).values_list("pk", flat=True)[:MOST_PEOPLE])
    return Q(**{f"{relation}_id__in": found})
