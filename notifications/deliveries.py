"""The administrator's page of what did not get through: deliveries and mails that wait or were put aside."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import for_administrators
from core import outbox
from core.models import Activity, Delivery
from notifications import mails
from notifications.models import Mail
from notifications.subjects import News, news

logger = logging.getLogger(__name__)

SHOWN = 200
SHOWS = ("failed", "waiting")
_RETRIES = {"delivery": outbox.retry, "mail": mails.retry}


@dataclass(frozen=True)
class Stuck:
    """A delivery or a mail that has not got through, as the page shows it."""

    kind: str
    pk: int
    to: str
    activity: Activity | None
    news: News | None
    created_at: datetime
    attempts: int
    next_at: datetime
    error: str


@for_administrators
@require_GET
def delivery_list(request: HttpRequest) -> HttpResponse:
    show = request.GET.get("show") if request.GET.get("show") in SHOWS else "failed"
    context = {
        "show": show,
        "tabs": _tabs(str(show)),
        "deliveries": _described(request.user, "delivery", _deliveries(str(show))),
        "mails": _described(request.user, "mail", _mails(str(show))),
        "shown": SHOWN,
        "oldest_seconds": outbox.oldest_age_seconds(),
    }
    return render(request, "notifications/deliveries.html", context)


@for_administrators
@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Try one again, by `kind` and `id`, or all of a kind that were put aside or wait."""
    show = request.POST.get("show") if request.POST.get("show") in SHOWS else "failed"
    kind = request.POST.get("kind", "")
    rows = {"delivery": _deliveries, "mail": _mails}
    if kind not in rows:
        return HttpResponse(_("Say what is to be tried again."), status=422)
    chosen = rows[kind](str(show))
    if one := request.POST.get("id", ""):
        chosen = chosen.filter(pk=int(one) if one.isascii() and one.isdigit() and len(one) <= 18 else 0)
    count = _RETRIES[kind](*chosen.values_list("pk", flat=True))
    logger.info("%s retried %s of kind %s", request.user.pk, count, kind)
    messages.success(request, ngettext("%(n)d is tried again.", "%(n)d are tried again.", count) % {"n": count})
    return redirect(f"{reverse('administration-deliveries')}?show={show}")


def _deliveries(show: str) -> QuerySet[Delivery]:
    """Those put aside, or those that failed at least once and will be tried again."""
    rows = Delivery.objects.filter(done_at=None, failed_at__isnull=show != "failed").order_by("-pk")
    return rows if show == "failed" else rows.filter(attempts__gt=0)


def _mails(show: str) -> QuerySet[Mail]:
    rows = Mail.objects.filter(sent_at=None, withdrawn_at=None, failed_at__isnull=show != "failed").order_by("-pk")
    return rows if show == "failed" else rows.filter(attempts__gt=0)


def _described(user: Any, kind: str, rows: QuerySet[Any]) -> list[Stuck]:
    """The rows with what they are about. An administrator reads no more of a restricted record here than elsewhere."""
    found = list(rows[:SHOWN])
    activities = Activity.objects.select_related("actor").in_bulk({row.activity_id for row in found})
    told = news(user, activities.values())
    return [
        Stuck(
            kind=kind,
            pk=row.pk,
            to=row.subscriber if kind == "delivery" else row.address,
            activity=activities.get(row.activity_id),
            news=told.get(row.activity_id),
            created_at=row.created_at,
            attempts=row.attempts,
            next_at=row.next_at,
            error=row.error,
        )
        for row in found
    ]


def _tabs(show: str) -> list[dict[str, Any]]:
    labels = {"failed": _("Put aside"), "waiting": _("Will be tried again")}
    return [
        {
            "label": label,
            "url": f"{reverse('administration-deliveries')}?show={name}",
            "active": name == show,
            "count": _deliveries(name).count() + _mails(name).count(),
        }
        for name, label in labels.items()
    ]
