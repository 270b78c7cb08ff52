from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.visibility import OnTicketQuerySet


class Referral(models.Model):
    """A ticket handed to a supplier, with their reference and what was promised. Several may run at once."""

    ticket = models.ForeignKey("tickets.Ticket", models.RESTRICT, related_name="referrals")
    supplier = models.ForeignKey(
        "accounts.Organisation", models.RESTRICT, related_name="referrals", verbose_name=_("supplier")
    )
    reference = models.CharField(_("their reference"), max_length=100, blank=True)
    contact = models.CharField(_("contact"), max_length=150, blank=True)
    question = models.TextField(_("what we ask of them"), blank=True)
    handed_over_at = models.DateTimeField(_("handed over"))
    promised_at = models.DateTimeField(_("promised for"), null=True, blank=True)
    chased_at = models.DateTimeField(_("last chased"), null=True, blank=True)
    chase_count = models.PositiveSmallIntegerField(default=0)
    returned_at = models.DateTimeField(_("returned"), null=True, blank=True)
    answer = models.TextField(_("what they answered"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.RESTRICT, null=True, related_name="+")

    objects = OnTicketQuerySet.as_manager()

    class Meta:
        ordering = ["-handed_over_at"]

    def __str__(self) -> str:
        return f"{self.ticket_id} at {self.supplier}"

    @property
    def is_open(self) -> bool:
        return self.returned_at is None
