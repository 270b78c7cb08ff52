import pghistory
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.validators import visible_characters
from accounts.visibility import TeamQuerySet


@pghistory.track()
class Team(models.Model):
    """People who share a queue: the service desk, a second line, or a supplier's people."""

    subject_kind = "team"

    class Level(models.TextChoices):
        SERVICE_DESK = "service_desk", _("Service desk")
        SECOND_LINE = "second_line", _("Second line")
        SUPPLIER = "supplier", _("Supplier")

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100, unique=True, validators=[visible_characters])
    level = models.CharField(_("level"), max_length=12, choices=Level, default=Level.SECOND_LINE)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, null=True, blank=True, related_name="leads", verbose_name=_("lead")
    )
    email = models.EmailField(_("mail address"), blank=True)
    supplier = models.ForeignKey(
        "accounts.Organisation",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="supplier_teams",
        verbose_name=_("supplier"),
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="accounts.Membership", related_name="teams", verbose_name=_("members")
    )
    serves = models.ManyToManyField(
        "accounts.Organisation", through="accounts.TeamServes", related_name="served_by", verbose_name=_("serves")
    )
    is_default = models.BooleanField(_("takes what no rule routes"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["is_default"], name="team_one_default", condition=models.Q(is_default=True))
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("team", args=[self.key])


class Membership(models.Model):
    """A person's place in a team."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"


class TeamServes(models.Model):
    """An organisation, with all below it, whose tickets a team may read."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "organisation"], name="team_serves_once")]

    def __str__(self) -> str:
        return f"{self.team} serves {self.organisation}"
