from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import access_of
from accounts.roles import Role
from cmdb.lifecycle import CiStatus
from cmdb.visibility import CiQuerySet, ServiceQuerySet
from core.lifecycle import Move
from core.trees import TreeNode


@pghistory.track()
class CiClass(TreeNode):
    """A class of configuration item: server, database, network device, service …"""

    subject_kind = "ci_class"

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    parent = models.ForeignKey("self", models.RESTRICT, null=True, blank=True, related_name="children")
    icon = models.CharField(_("icon"), max_length=40, default="box")

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "CI classes"

    def __str__(self) -> str:
        return self.name


class ConfigurationItem(models.Model):
    """Anything that has to be known to deliver a service: an item with a place in the graph of dependencies."""

    Status = CiStatus

    class Environment(models.TextChoices):
        PRODUCTION = "production", _("Production")
        STAGING = "staging", _("Staging")
        TEST = "test", _("Test")
        DEVELOPMENT = "development", _("Development")

    class Importance(models.IntegerChoices):
        VITAL = 1, _("Vital")
        HIGH = 2, _("High")
        MEDIUM = 3, _("Medium")
        LOW = 4, _("Low")

    subject_kind = "ci"
    kind = "ci"

    key = models.SlugField(_("key"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=150)
    description = models.TextField(_("description"), blank=True)
    ci_class = models.ForeignKey(CiClass, models.RESTRICT, related_name="items", verbose_name=_("class"))
    status = models.CharField(_("status"), max_length=20, default=Status.IN_USE, choices=Status)
    environment = models.CharField(_("environment"), max_length=12, choices=Environment, default=Environment.PRODUCTION)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="owned_cis",
        verbose_name=_("owner"),
    )
    support_team = models.ForeignKey(
        "accounts.Team",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="supported_cis",
        verbose_name=_("support team"),
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="cis",
        verbose_name=_("organisation"),
    )
    location = models.ForeignKey(
        "accounts.Location", models.RESTRICT, null=True, blank=True, related_name="cis", verbose_name=_("location")
    )
    importance = models.PositiveSmallIntegerField(_("importance"), choices=Importance, default=Importance.MEDIUM)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = CiQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("configuration item")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("ci", args=[self.key])

    @property
    def number(self) -> str:
        """What a refused move calls it: an item is known by its name."""
        return self.name

    def roles_of(self, user: Any) -> Role:
        """A person's roles, where their teams serve the item's organisation."""
        if user is None:
            return Role.SYSTEM
        access = access_of(user)
        if self.organisation_id is None or access.reads_everywhere or self.organisation_id in access.served_ids:
            return access.roles
        return Role.NONE

    def may(self, user: Any, move: Move) -> bool:
        """Whether the person may make this move, as far as their roles go."""
        return user is None or access_of(user).may(self.kind, move, self.roles_of(user))


class Service(ConfigurationItem):
    """What customers use and agreements are about; it is a configuration item too, so that impact ends in it."""

    class State(models.TextChoices):
        WORKS = "works", _("Works")
        SLOW = "slow", _("Slow")
        DOWN = "down", _("Not available")

    used_by = models.ManyToManyField(
        "accounts.Organisation", related_name="services", blank=True, verbose_name=_("used by")
    )
    user_count = models.PositiveIntegerField(_("number of users"), default=0)
    is_requestable = models.BooleanField(_("shown in the portal"), default=True)

    objects = ServiceQuerySet.as_manager()  # type: ignore[misc]  # a manager with more verbs, as Django inherits them

    class Meta:
        verbose_name = _("service")

    def get_absolute_url(self) -> str:
        return reverse("service", args=[self.key])

    @property
    def is_critical(self) -> bool:
        """Whether waiting for it costs the business most: it is vital or of high importance."""
        return self.importance <= self.Importance.HIGH


@pghistory.track()
class RelationshipType(models.Model):
    """A way in which items hang together, with both readings and the direction in which failure travels."""

    subject_kind = "relationship_type"

    class Impact(models.TextChoices):
        FORWARD = "forward", _("From the first to the second")
        BACKWARD = "backward", _("From the second to the first")
        NONE = "none", _("Does not travel")

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("reads"), max_length=60)
    reverse_name = models.CharField(_("read from the other side"), max_length=60)
    impact = models.CharField(_("failure travels"), max_length=8, choices=Impact, default=Impact.BACKWARD)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Relationship(models.Model):
    """One edge of the graph: `source` *runs on* `target`."""

    source = models.ForeignKey(ConfigurationItem, models.RESTRICT, related_name="relationships_out")
    target = models.ForeignKey(ConfigurationItem, models.RESTRICT, related_name="relationships_in")
    type = models.ForeignKey(RelationshipType, models.RESTRICT, related_name="relationships")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "type"], name="relationship_once"),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="relationship_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.type} {self.target}"
