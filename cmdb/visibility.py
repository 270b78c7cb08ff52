"""Who sees which items: the only door to their rows."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.access import access_of


class CiQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """The desk sees the items of the organisations that it serves and those of nobody in particular."""
        access = access_of(user)
        if access.reads_everywhere:
            return self
        if not access.reads_desk:
            return self.none()
        return self.filter(Q(organisation__isnull=True) | Q(organisation_id__in=access.served_ids))

    def called(self, words: str) -> Self:
        """Those in whose name or key each of the words stands."""
        found = self
        for word in words.replace("\x00", "").split()[:5]:
            found = found.filter(Q(name__icontains=word) | Q(key__icontains=word))
        return found

    def in_use(self) -> Self:
        return self.filter(status="in_use")


class ServiceQuerySet(CiQuerySet):
    def visible_to(self, user: Any) -> Self:
        """As other items; besides, everybody sees the services that their organisation uses or that are for all."""
        access = access_of(user)
        if access.reads_desk:
            return super().visible_to(user)
        if access.user_id is None:
            return self.none()
        own = Q(used_by=user.organisation_id) if user.organisation_id else Q()
        return self.filter(Q(is_requestable=True) & (own | Q(used_by__isnull=True))).distinct()
