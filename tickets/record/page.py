"""What a ticket's page shows besides its timeline: head, moves, facts, the others who are here."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils.html import format_html
from django.utils.translation import gettext as _

from core.kinds import kind_of
from core.moves import Offer, offers

PRESENT_FOR = 45
SHOWN_MOVES = 3
IN_MENU = frozenset({"cancel", "withdraw", "merge", "unmerge", "escalate_up", "return", "give_up", "assign"})
SILENT = frozenset({"take", "unmerge", "give_up"})
"""Moves whose refusal tells nobody anything new."""
SHORTCUTS = {"take": "i", "resolve": "s", "hold": "h"}
"""Keys of moves; "a" and "e" stand on the facts that they change."""


def moves_for(ticket: Any, user: Any, base_url: str) -> list[dict[str, Any]]:
    """The moves as the kit's buttons: the likely one primary, refused ones with their reason, the rest in the menu.

    Of the moves that another status would open, only the next after an open one is shown, refused: what comes next.
    """
    found = offers(ticket, user)
    lifecycle = kind_of(ticket).lifecycle
    primary = next((offer for offer in found if offer.allowed and offer.move.name not in IN_MENU), None)
    shown: list[dict[str, Any]] = []
    for offer in found:
        move = offer.move
        here = ticket.status in move.sources
        if not here and not _comes_next(ticket, offer, primary, lifecycle):
            continue
        if not offer.allowed and move.name in SILENT:
            continue
        in_menu = move.name in IN_MENU or (
            offer is not primary and len([m for m in shown if not m["menu"]]) > SHOWN_MOVES
        )
        shown.append(
            {
                "name": move.name,
                "label": move.label,
                "url": f"{base_url}moves/{move.name}/",
                "icon": move.icon,
                "primary": offer is primary,
                "refused": None if offer.allowed else _why(offer, ticket, lifecycle),
                "asks": bool(move.needs or move.takes),
                "menu": in_menu,
                "key": SHORTCUTS.get(move.name, ""),
                "danger": move.name in ("cancel", "withdraw"),
            }
        )
    return sorted(shown, key=lambda each: (not each["primary"], each["refused"] is not None))


def _comes_next(ticket: Any, offer: Offer, primary: Offer | None, lifecycle: Any) -> bool:
    """Whether a move opens right after the likely one, so that the page can say how it opens."""
    return (
        offer.move.name == "close"
        and ticket.stage in ("open", "waiting")
        and primary is not None
        and "resolve" in lifecycle.moves
    )


def _why(offer: Offer, ticket: Any, lifecycle: Any) -> str:
    if offer.move.name == "close" and ticket.status not in offer.move.sources:
        return _("Close opens after Resolve; the requester confirms, or it closes by itself.")
    return str(offer.reason)


@dataclass(frozen=True)
class Fact:
    """A field in the strip under the head; with an `edit_url` it is edited in place."""

    name: str
    label: Any
    value: Any
    edit_url: str = ""
    key: str = ""


def or_dash(value: Any) -> Any:
    return value if value not in (None, "") else format_html('<span class="ink-3">{}</span>', _("none"))


def say_present(ticket: Any, user: Any, doing: str) -> list[dict[str, str]]:
    """Note that a person is here, and give the others. Kept in the cache alone: it may be lost."""
    key = f"presence:{ticket.pk}"
    here: dict[str, dict[str, str]] = cache.get(key) or {}
    mine = f"presence:{ticket.pk}:{user.pk}"
    cache.set(mine, doing if doing in ("reading", "editing", "away") else "reading", PRESENT_FOR)
    here[str(user.pk)] = {"name": user.name}
    cache.set(key, here, PRESENT_FOR * 4)
    others = [pk for pk in here if pk != str(user.pk)]
    doings = cache.get_many([f"presence:{ticket.pk}:{pk}" for pk in others]) if others else {}
    return [
        {"name": here[pk]["name"], "doing": doings[f"presence:{ticket.pk}:{pk}"]}
        for pk in others
        if f"presence:{ticket.pk}:{pk}" in doings
    ]
