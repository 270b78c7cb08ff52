from typing import Any, ClassVar

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.validators import visible_characters
from accounts.visibility import LocationQuerySet, OrganisationQuerySet
from core.trees import TreeNode


@pghistory.track()
class Organisation(TreeNode):
    """A company, a part of one, or a supplier: whom people belong to and for whom services are agreed."""

    subject_kind = "organisation"

    class Kind(models.TextChoices):
        INTERNAL = "internal", _("Our own")
        CUSTOMER = "customer", _("Customer")
        SUPPLIER = "supplier", _("Supplier")

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=150, validators=[visible_characters])
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.INTERNAL)
    parent = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    people_see_all = models.BooleanField(
        _("its people see all its tickets"),
        default=False,
        help_text=_("Otherwise each person sees their own tickets and those they watch."),
    )
    portal_name = models.CharField(_("name of its portal"), max_length=60, blank=True)
    phone = models.CharField(_("telephone of the desk"), max_length=40, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects: ClassVar[Any] = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["path"], name="organisation_path", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Location(TreeNode):
    """A site, a building or a room."""

    subject_kind = "location"

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=150, validators=[visible_characters])
    parent = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="children", verbose_name=_("inside")
    )
    organisation = models.ForeignKey(
        Organisation, models.RESTRICT, null=True, blank=True, related_name="locations", verbose_name=_("organisation")
    )
    support_team = models.ForeignKey(
        "accounts.Team", models.RESTRICT, null=True, blank=True, related_name="+", verbose_name=_("support team")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects: ClassVar[Any] = LocationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
