"""Which people, teams and organisations exist for whom: `visible_to` is the only door to their rows."""

from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from accounts.access import access_of
from core.trees import TreeQuerySet


class PersonQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Oneself; for the desk also the people whom it serves, its own organisation's and those of teams.

        A requester sees the others of their organisation only where its people see all its tickets.
        """
        access = access_of(user)
        if access.user_id is None:
            return self.none()
        if access.reads_everywhere:
            return self
        seen = Q(pk=access.user_id)
        if access.shared_ids:
            seen |= Q(organisation_id__in=access.shared_ids)
        if access.reads_desk and access.supplier_id is None:
            in_teams = apps.get_model("accounts", "Membership").objects.values("user_id")
            seen |= Q(organisation_id__in=[*access.served_ids, user.organisation_id or 0]) | Q(pk__in=in_teams)
        return self.filter(seen)

    def active(self) -> Self:
        return self.filter(is_active=True)


class TeamQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """The desk sees every team; others see those that they are in."""
        access = access_of(user)
        if access.reads_desk and access.supplier_id is None:
            return self
        return self.filter(pk__in=access.team_ids)

    def active(self) -> Self:
        return self.filter(is_active=True)


class OrganisationQuerySet(TreeQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own, and for the desk those that it serves."""
        access = access_of(user)
        if access.user_id is None:
            return self.none()
        if access.reads_everywhere:
            return self
        own = [user.organisation_id] if user.organisation_id else []
        return self.filter(pk__in=[*own, *access.shared_ids, *(access.served_ids if access.reads_desk else [])])

    def active(self) -> Self:
        return self.filter(is_active=True)


class LocationQuerySet(TreeQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The desk sees every location; others those of their organisation and of nobody in particular."""
        access = access_of(user)
        if access.user_id is None:
            return self.none()
        if access.reads_desk and access.supplier_id is None:
            return self
        return self.filter(Q(organisation__isnull=True) | Q(organisation_id=user.organisation_id))

    def active(self) -> Self:
        return self.filter(is_active=True)
