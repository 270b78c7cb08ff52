"""The entries and cards that tickets of every kind bring to the shell."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import access_of
from accounts.navigation import GROUP as ADMINISTRATION
from accounts.permissions import SignedInRequest
from core import registries
from tickets.models import Ticket
from tickets.permissions import rules
from tickets.queue.page import said

CARD_ROWS = 8


def for_the_desk(request: SignedInRequest) -> bool:
    return bool(request.user.access.reads_desk)


def for_workers(request: SignedInRequest) -> bool:
    return bool(request.user.access.is_desk)


def for_those_with_a_shift(request: SignedInRequest) -> bool:
    access = request.user.access
    return bool(access.is_desk and (access.team_ids or access.led_team_ids))


def writes(request: SignedInRequest) -> bool:
    """Those who answer for the desk or lead a team write replies for others."""
    return rules(request) or bool(access_of(request.user).led_team_ids)


def open_with_me(request: SignedInRequest) -> str | None:
    count = Ticket.objects.visible_to(request.user).unresolved().filter(assignee=request.user)[:1001].count()
    return said(count) if count else None


def _card(request: SignedInRequest, title: Any, tickets: Any, url: str, empty: Any) -> dict[str, Any]:
    found = list(tickets.for_lists()[: CARD_ROWS + 1])
    more = "+" if len(found) > CARD_ROWS else ""
    shown = found[:CARD_ROWS]
    return {"title": title, "tickets": shown, "count": f"{len(shown)}{more}", "url": url, "empty": empty}


def mine(request: SignedInRequest) -> dict[str, Any] | None:
    if not for_workers(request):
        return None
    tickets = Ticket.objects.visible_to(request.user).unresolved().filter(assignee=request.user)
    return _card(
        request,
        _("With me"),
        tickets.order_by("priority", "-updated_at"),
        reverse("my-work"),
        _("Nothing is with you."),
    )


def to_take(request: SignedInRequest) -> dict[str, Any] | None:
    if not for_workers(request):
        return None
    tickets = Ticket.objects.visible_to(request.user).unresolved()
    tickets = tickets.filter(assignee=None, team_id__in=request.user.access.team_ids).order_by("priority", "opened_at")
    return _card(
        request,
        _("Waiting to be taken"),
        tickets,
        reverse("my-work"),
        _("Everything your teams were given has somebody."),
    )


def urgent(request: SignedInRequest) -> dict[str, Any] | None:
    if not for_the_desk(request):
        return None
    tickets = Ticket.objects.visible_to(request.user).unresolved().filter(priority__lte=2)
    return _card(
        request, _("Urgent and open"), tickets.order_by("priority", "opened_at"), "", _("Nothing urgent is open.")
    )


def watched(request: SignedInRequest) -> dict[str, Any] | None:
    ids = request.user.watched.values("ticket_id")
    tickets = Ticket.objects.visible_to(request.user).unresolved().filter(pk__in=ids)
    return _card(request, _("Watched"), tickets.order_by("-updated_at"), "", _("You watch no open ticket."))


def register() -> None:
    """Called once, when the app is ready."""
    registries.add_entry(registries.Entry("", _("Home"), "home", "home", for_the_desk, rank=1))
    registries.add_entry(registries.Entry("", _("My work"), "my-work", "inbox", for_workers, open_with_me, rank=2))
    registries.add_entry(registries.Entry("", _("Handover"), "handover", "users", for_those_with_a_shift, rank=3))
    registries.add_entry(
        registries.Entry(ADMINISTRATION, _("Categories"), "administration-categories", "tag", rules, rank=930)
    )
    registries.add_entry(
        registries.Entry(ADMINISTRATION, _("Canned replies"), "administration-replies", "message", writes, rank=931)
    )
    template = "tickets/card_list.html"
    for rank, card in enumerate((mine, to_take, urgent, watched), start=10):
        registries.add_home_card(registries.HomeCard(card.__name__, template, card, rank))
