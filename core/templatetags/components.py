"""Tags that the components and the shells ask for themselves. A page needs `kit` alone."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.kit import initials, name_of

register = template.Library()


# ---------------------------------------------------------------- components


@register.simple_tag
def moves_in_menu(moves: Iterable[Any]) -> list[Any]:
    """The moves that stand in the menu rather than in the row."""
    return [move for move in moves if (move.get("menu") if isinstance(move, dict) else getattr(move, "menu", False))]


@register.simple_tag
def initials_tile(name: Any) -> SafeString:
    """A circle of initials beside a name that is written out."""
    return format_html('<span class="avatar" aria-hidden="true">{}</span>', initials(name))


@register.simple_tag(takes_context=True)
def your_name(context: Mapping[str, Any], person: Any) -> str:
    """ "You" for the reader, else the name."""
    you = getattr(context.get("request"), "user", None)
    return _("You") if you is not None and not isinstance(person, str) and you == person else name_of(person)


@register.simple_tag
def wrong_fields(form: BaseForm) -> list[BoundField]:
    """The fields with errors, in the order of the page."""
    return [field for field in form if field.errors]


@register.simple_tag
def json_of(data: Any, name: str) -> SafeString:
    """A chart's data as JSON that chart.js reads; Django's own filter cannot make the id."""
    return json_script(data, f"{name}-data")


# ---------------------------------------------------------------- the shell


@register.simple_tag
def undo_of(url: str = "", tags: str = "") -> str:
    """The address that undoes what a message tells of: given, or in its tags as "undo:<address>"."""
    return url or next((word[5:] for word in str(tags or "").split() if word.startswith("undo:")), "")


@register.simple_tag(takes_context=True)
def theme(context: Mapping[str, Any]) -> str:
    """light, dark or auto, for <html data-bs-theme>: this browser's choice, else the person's, else the system's."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme") if request else None
    chosen = chosen or getattr(getattr(request, "user", None), "theme", None)
    return chosen if chosen in ("light", "dark") else "auto"


@register.simple_tag(takes_context=True)
def nav_state(context: Mapping[str, Any]) -> str:
    """rail when the navigation is folded in this browser, else open."""
    request = context.get("request")
    return "rail" if request and request.COOKIES.get("nav") == "rail" else "open"


@register.simple_tag
def kit_words() -> SafeString:
    """Every word that a script writes, translated, as JSON that app.js reads."""
    words = {
        "now": _("now"),
        "min": _("%(n)s min"),
        "h": _("%(n)s h"),
        "d": _("%(n)s d"),
        "m": _("%(n)s m"),
        "hm": _("%(h)s h %(m)s m"),
        "over": _("%(time)s over"),
        "newOne": ngettext("%(n)s new", "%(n)s new", 1),
        "newMany": ngettext("%(n)s new", "%(n)s new", 2),
        "copied": _("Copied"),
        "kept": _("Draft kept at %(time)s."),
        "keptHere": _("Draft kept in this browser only."),
        "selected": _("%(n)s selected"),
        "failed": _("That did not work: the server could not be reached or had a fault. Nothing was changed."),
        "nothing": _("Nothing found."),
        "seconds": _("%(n)s s"),
        "results": _("%(n)s results"),
        "tooLarge": _("%(name)s is too large."),
    }
    data = json.dumps(words).translate({ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"})
    return format_html('<script type="application/json" id="kit-words">{}</script>', mark_safe(data))  # escaped above
