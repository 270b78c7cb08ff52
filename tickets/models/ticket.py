from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.access import Access, access_of
from accounts.roles import DESK, Role
from core.kinds import kind_of
from core.lifecycle import Move
from tickets.visibility import TicketQuerySet


class Ticket(models.Model):
    """Anything that somebody asked for or reported and that the desk answers for. Every practice extends it.

    `owning_team` answers to the requester and closes; `team` and `assignee` do the work. `status` belongs to the
    kind's lifecycle; `stage` serves lists across kinds.
    """

    class Stage(models.TextChoices):
        OPEN = "open", _("Open")
        WAITING = "waiting", _("Waiting")
        RESOLVED = "resolved", _("Resolved")
        CLOSED = "closed", _("Closed")

    class Channel(models.TextChoices):
        PORTAL = "portal", _("Portal")
        PHONE = "phone", _("Telephone")
        WALK_IN = "walk_in", _("In person")
        AGENT = "agent", _("Agent")
        MAIL = "mail", _("Mail")
        API = "api", _("API")
        MONITORING = "monitoring", _("Monitoring")
        CHAT = "chat", _("Chat")
        IMPORT = "import", _("Import")

    class Level(models.IntegerChoices):
        HIGH = 1, _("High")
        MEDIUM = 2, _("Medium")
        LOW = 3, _("Low")

    class Priority(models.IntegerChoices):
        P1 = 1, _("Critical")
        P2 = 2, _("High")
        P3 = 3, _("Medium")
        P4 = 4, _("Low")
        P5 = 5, _("Planning")

    subject_kind = "ticket"

    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, editable=False)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    status = models.CharField(_("status"), max_length=20, editable=False)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.OPEN, editable=False)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.P4)
    impact = models.PositiveSmallIntegerField(_("impact"), choices=Level, default=Level.LOW)
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Level, default=Level.MEDIUM)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.AGENT)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="requested_tickets", verbose_name=_("requester")
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, null=True, related_name="+", verbose_name=_("opened by")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("organisation"),
    )
    location = models.ForeignKey(
        "accounts.Location", models.RESTRICT, null=True, blank=True, related_name="+", verbose_name=_("location")
    )
    service = models.ForeignKey(
        "cmdb.Service",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="service_tickets",
        verbose_name=_("service"),
    )
    category = models.ForeignKey(
        "tickets.Category", models.RESTRICT, null=True, blank=True, related_name="tickets", verbose_name=_("category")
    )
    owning_team = models.ForeignKey(
        "accounts.Team",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="owned_tickets",
        verbose_name=_("owning team"),
    )
    team = models.ForeignKey(
        "accounts.Team", models.RESTRICT, null=True, blank=True, related_name="tickets", verbose_name=_("team")
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="assigned_tickets",
        verbose_name=_("assignee"),
    )
    parent = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    routed_by = models.CharField(_("routed by"), max_length=200, blank=True, editable=False)
    script_answers = models.JSONField(_("first-contact answers"), default=dict, blank=True)
    cis = models.ManyToManyField("cmdb.ConfigurationItem", through="tickets.TicketCi", related_name="tickets")

    is_restricted = models.BooleanField(_("restricted"), default=False)
    restricted_team_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    reader_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    supplier_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)

    opened_at = models.DateTimeField(_("opened"))
    updated_at = models.DateTimeField(_("updated"))
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    next_due_at = models.DateTimeField(_("next due"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    external_source = models.CharField(max_length=40, blank=True, editable=False)
    external_ref = models.CharField(_("external reference"), max_length=100, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["external_source", "external_ref"],
                name="ticket_external_ref",
                condition=~models.Q(external_ref=""),
            ),
            models.CheckConstraint(condition=models.Q(priority__range=(1, 5)), name="ticket_priority"),
            models.CheckConstraint(
                condition=models.Q(impact__range=(1, 3), urgency__range=(1, 3)), name="ticket_impact_urgency"
            ),
            models.CheckConstraint(condition=~models.Q(title=""), name="ticket_title_not_empty"),
            models.CheckConstraint(condition=~models.Q(parent=models.F("pk")), name="ticket_not_own_parent"),
        ]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="ticket_newest"),
            models.Index(fields=["status", "-opened_at", "-id"], name="ticket_status_newest"),
            models.Index(
                fields=["-updated_at", "-id"],
                name="ticket_unresolved",
                condition=models.Q(stage__in=["open", "waiting"]),
            ),
            models.Index(
                fields=["team", "priority", "opened_at"],
                name="ticket_team_work",
                condition=models.Q(stage__in=["open", "waiting"]),
            ),
            models.Index(fields=["external_ref"], name="ticket_reference", condition=~models.Q(external_ref="")),
            GinIndex(fields=["reader_ids"], name="ticket_readers"),
            GinIndex(fields=["restricted_team_ids"], name="ticket_restricted", condition=models.Q(is_restricted=True)),
            GinIndex(fields=["supplier_ids"], name="ticket_suppliers", condition=~models.Q(supplier_ids=[])),
            GinIndex(fields=["title"], name="ticket_title_trgm", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        url = kind_of(self).url
        return url(self) if url else f"/tickets/{self.number}/"

    def get_status_display(self) -> str:
        """The status in the words of the kind's lifecycle."""
        return str(kind_of(self).lifecycle.statuses(self.status).label)

    @property
    def status_detail(self) -> str:
        """What a list says after the status, such as for what a ticket waits; the kind knows."""
        return ""

    @classmethod
    def newest_pk(cls) -> int:
        """The highest primary key so far, a mark to poll from; it tells nothing of the row."""
        return cls.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def roles_of(self, user: Any) -> Role:
        """What a person is to this ticket: roles of the desk, and the relation in which they stand to it."""
        if user is None:
            return Role.SYSTEM
        access = access_of(user)
        roles = Role.NONE
        if access.user_id in (self.requester_id, self.opened_by_id) or self._is_shared_with(access):
            roles |= Role.REQUESTER
        if access.supplier_id is not None:
            return roles | (Role.SUPPLIER if access.supplier_id in self.supplier_ids else Role.NONE)
        if access.reads_desk and not self.is_only_asked_for(access):
            roles |= access.roles & ~Role.REQUESTER
        return roles

    def is_only_asked_for(self, access: Access) -> bool:
        """Whether someone of the desk is no more to this restricted ticket than the one who asked or wrote it down."""
        if not self.is_restricted or access.user_id not in (self.requester_id, self.opened_by_id):
            return False
        return access.user_id != self.assignee_id and not set(access.team_ids) & set(self.restricted_team_ids)

    def reads_internal(self, user: Any) -> bool:
        """Whether the person reads the desk's own words on this ticket, as far as they see it."""
        access = access_of(user)
        return access.reads_desk and access.supplier_id is None and not self.is_only_asked_for(access)

    def may(self, user: Any, move: Move) -> bool:
        """Whether the person may make this move, as far as their roles go."""
        roles = self.roles_of(user)
        if user is None:
            return True
        return access_of(user).may(self.kind, move, roles)

    def acts_for_desk(self, user: Any) -> bool:
        return bool(self.roles_of(user) & (DESK | Role.SYSTEM | Role.INTEGRATION))

    def _is_shared_with(self, access: Any) -> bool:
        return not self.is_restricted and self.organisation_id in access.shared_ids
