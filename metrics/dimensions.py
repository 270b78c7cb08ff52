"""By what figures can be narrowed and grouped. People are not among it: there are no league tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import access_of
from accounts.models import Organisation, Team
from cmdb.models import Service
from tickets.models import Category, Ticket

NONE = "-"
"""The key under which incidents without a team, service … stand."""


@dataclass(frozen=True)
class Dimension:
    """`column` is the path by which rows are grouped; `model` is what its values name, `choices` otherwise."""

    name: str
    label: str | Promise
    column: str
    nobody: str | Promise
    model: type[models.Model] | None = None
    choices: Any = None

    def options(self, user: Any) -> dict[str, tuple[Any, str]]:
        """What may be chosen: key → (value of the column, name)."""
        if self.model is None:
            return {str(value): (value, str(label)) for value, label in self.choices}
        found = _namable(self.model, user).values_list("key", "pk", "name").order_by("name")
        return {key: (pk, name) for key, pk, name in found}

    def named(self, values: set[Any]) -> dict[Any, tuple[str, str]]:
        """Values of the column as rows gave them → (key, name)."""
        if self.model is None:
            names: dict[Any, tuple[str, str]] = {value: (str(value), str(label)) for value, label in self.choices}
        else:
            found = self.model._default_manager.filter(pk__in=[value for value in values if value is not None])
            names = {pk: (key, name) for pk, key, name in found.values_list("pk", "key", "name")}
        return {value: names.get(value, (NONE, str(self.nobody))) for value in values}


def _namable(model: type[models.Model], user: Any) -> Any:
    """The records that a person may name; organisations and services are not for everybody to know."""
    if model is Organisation:
        access = access_of(user)
        everything = Organisation.objects.all()
        if access.reads_everywhere:
            return everything
        return everything.filter(pk__in=[*access.served_ids, *access.shared_ids])
    if model is Service:
        return Service.objects.visible_to(user)
    return model._default_manager.all()


DIMENSIONS: Mapping[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        Dimension("team", _("Team"), "team_id", _("No team"), Team),
        Dimension("service", _("Service"), "service_id", _("No service"), Service),
        Dimension("category", _("Category"), "category_id", _("No category"), Category),
        Dimension("priority", _("Priority"), "priority", _("No priority"), choices=Ticket.Priority.choices),
        Dimension("organisation", _("Organisation"), "organisation_id", _("No organisation"), Organisation),
        Dimension("level", _("Level"), "team__level", _("No team"), choices=Team.Level.choices),
    )
}
