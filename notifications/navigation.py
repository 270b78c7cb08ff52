"""What notifications bring to the administration."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.navigation import GROUP, administers
from core.models import Delivery
from core.registries import Entry, add_entry
from notifications.models import Mail


def put_aside(request: HttpRequest) -> int | None:
    """How many deliveries and mails wait for an administrator."""
    dead = (
        Delivery.objects.filter(failed_at__isnull=False).count() + Mail.objects.filter(failed_at__isnull=False).count()
    )
    return dead or None


add_entry(Entry(GROUP, _("Deliveries"), "administration-deliveries", "send", administers, put_aside, rank=980))
