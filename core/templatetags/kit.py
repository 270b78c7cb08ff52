"""Tags and filters of the page kit: the small things that stand hundreds of times on a page.

They are written in Python, not as included templates, because a queue of fifty rows draws five hundred of them.
What is larger stands in templates/components/; what only those and the shells ask for is in `components.py`.
"""

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

import nh3
from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from core.ui import look_of

register = template.Library()

NUMBER = re.compile(r"^([A-Z]+0*)(\d+)$")
ICON_SIZES = (12, 14, 16, 20, 24, 32)


# ---------------------------------------------------------------- icons


@cache
def _sprite() -> str:
    return static("icons/sprite.svg")


@register.simple_tag
def icon(name: str, size: int = 16, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite. Hidden from readers unless it has a label."""
    return _icon(name, size, str(label), css)


@lru_cache(maxsize=1024)
def _icon(name: str, size: int, label: str, css: str) -> SafeString:
    naming = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon icon-{}{}" width="{}" height="{}" {}><use href="{}#{}"/></svg>',
        size,
        f" {css}" if css else "",
        size,
        size,
        naming,
        _sprite(),
        name,
    )


@register.simple_tag
def mark(size: int = 22) -> SafeString:
    """Evenkeel's mark: a boat that stays level."""
    return format_html(
        '<svg class="mark" width="{0}" height="{0}" viewBox="0 0 24 24" aria-hidden="true">'
        '<path d="M11.3 2v7H3.7c.9-3.8 3.9-6.6 7.6-7z" opacity=".55"/>'
        '<path d="M13 2c3.7.4 6.5 3.2 7.4 7H13z"/>'
        '<path d="M1.5 10.8h21c-.8 4.7-4.5 8.3-9.2 8.9l-.5 2.8h-1.6l-.5-2.8c-4.7-.6-8.4-4.2-9.2-8.9z"/></svg>',
        size,
    )


# ---------------------------------------------------------------- states


@register.simple_tag
def chip(label: Any, token: str = "neutral", icon_name: str = "", title: str = "") -> SafeString:
    """A state or a property in a box of 22 px; never a button."""
    drawn = icon(icon_name, 14) if icon_name else ""
    tip = format_html(' title="{}"', title) if title else ""
    return format_html('<span class="chip chip-{}"{}>{}{}</span>', token, tip, drawn, label)


@register.simple_tag
def status(state: str, label: Any, kind: str = "", form: str = "list", detail: Any = "") -> SafeString:
    """A status: icon and word in a list (form="list"), a chip in a record's head (form="head").

    `detail` follows the word, as the reason of a hold does: "On hold, requester".
    """
    look = look_of(str(state), kind)
    words = format_html("{}, {}", label, detail) if detail else label
    if form == "head":
        return chip(words, look.token, look.icon)
    return format_html('<span class="status status-{}">{}{}</span>', look.token, icon(look.icon, 14), words)


@register.simple_tag
def priority(value: Any, label: str = "") -> SafeString:
    """The tile P1 to P5; empty for a record without one. `label` is read and shown on hover: "P2 high"."""
    if not value:
        return mark_safe("")
    named = label or _("Priority %(value)s") % {"value": value}
    return format_html('<span class="priority priority-{}" title="{}">P{}</span>', value, named, value)


@register.simple_tag
def clock(
    text: Any,
    state: str = "running",
    share: float = 0,
    title: str = "",
    href: str = "",
    left: int | None = None,
    running: bool = False,
) -> SafeString:
    """A clock: ring with the share used (0 to 1) and the words for what is left.

    state: running, close (75 % and more), over, paused, stopped, met, late (met after a breach).
    left: working seconds that remain, and running: whether they run now; with both the text ticks by the minute.
    """
    icons = {
        "over": "alarm",
        "paused": "player-pause",
        "stopped": "minus",
        "met": "check",
        "late": "check",
    }
    if state in icons:
        sign = icon(icons[state], 14)
    else:
        used = min(max(round(float(share) * 100), 2), 100)
        sign = format_html(
            '<svg class="clock-ring" viewBox="0 0 16 16" aria-hidden="true">'
            '<circle class="clock-track" cx="8" cy="8" r="6" pathLength="100"/>'
            '<circle class="clock-used" cx="8" cy="8" r="6" pathLength="100" stroke-dasharray="{} 100"/></svg>',
            used,
        )
    ticking = format_html(' data-clock="{}"', left) if running and left is not None else ""
    words = format_html("<span{}>{}</span>", ticking, text)
    if state == "late":
        words = format_html('{} <span class="t-danger">{}</span>', words, _("late"))
    tip = format_html(' title="{}"', title) if title else ""
    css = "met" if state == "late" else state
    if href:
        return format_html('<a class="clock clock-{}" href="{}"{}>{}{}</a>', css, href, tip, sign, words)
    return format_html('<span class="clock clock-{}"{}>{}{}</span>', css, tip, sign, words)


# ---------------------------------------------------------------- people and numbers


def name_of(person: Any) -> str:
    """What a person is called: their display name, full name, or whatever they print as."""
    if not person:
        return ""
    if isinstance(person, str):
        return person
    full = getattr(person, "get_full_name", None)
    return str(getattr(person, "display_name", "") or (full() if full else "") or person)


@register.filter
def initials(person: Any) -> str:
    """The first letters of the first and the last word of a name."""
    return _initials(name_of(person))


@lru_cache(maxsize=4096)
def _initials(name: str) -> str:
    words = re.findall(r"\w+", name)
    if not words:
        return ""
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.simple_tag(takes_context=True)
def avatar(context: Mapping[str, Any], person: Any, size: int = 22, named: bool = False) -> SafeString:
    """Initials in a circle, the reader's own filled; nobody is dashed. named=True writes the name beside it."""
    you = getattr(context.get("request"), "user", None)
    name = name_of(person)
    if not name:
        circle = format_html(
            '<span class="avatar avatar-{} avatar-nobody" role="img" aria-label="{}" title="{}"></span>',
            size,
            _("Nobody"),
            _("Nobody"),
        )
        return format_html('<span class="person">{}{}</span>', circle, _("Nobody")) if named else circle
    is_you = not isinstance(person, str) and you is not None and you == person
    css = f"avatar avatar-{size}" + (" avatar-you" if is_you else "")
    if named:
        words = _("You") if is_you else name
        return format_html(
            '<span class="person"><span class="{}" aria-hidden="true">{}</span><span class="cut">{}</span></span>',
            css,
            initials(name),
            words,
        )
    return format_html(
        '<span class="{}" role="img" aria-label="{}" title="{}">{}</span>', css, name, name, initials(name)
    )


@register.simple_tag
def number(value: Any, href: str = "", copy: bool = False) -> SafeString:
    """A record's number: prefix and zeros quiet, the part people say aloud medium. copy=True adds a copy button."""
    text = str(value)
    found = NUMBER.match(text)
    inner = format_html('<span class="num-lead">{}</span>{}', found[1], found[2]) if found else format_html("{}", text)
    shown = (
        format_html('<a class="num" href="{}">{}</a>', href, inner)
        if href
        else format_html('<span class="num">{}</span>', inner)
    )
    if not copy:
        return shown
    return format_html(
        '<span class="copyable">{}'
        '<button type="button" class="icon-btn" data-copy="{}" aria-label="{}">{}</button></span>',
        shown,
        text,
        _("Copy %(number)s") % {"number": text},
        icon("copy", 14),
    )


# ---------------------------------------------------------------- time


def _seconds(value: Any) -> int:
    return int(value.total_seconds() if isinstance(value, dt.timedelta) else value)


@register.filter
def duration(value: Any) -> str:
    """Seconds or a timedelta in words: "1 h 12 m", "2 d 4 h", "6 m over" below zero. A day is 24 hours."""
    if value is None or value == "":
        return ""
    seconds = _seconds(value)
    text = _span(abs(seconds))
    return _("%(time)s over") % {"time": text} if seconds < 0 else text


def _span(seconds: int) -> str:
    if 0 < seconds < 60:
        return _("%(n)d s") % {"n": seconds}
    minutes = seconds // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        whole = _("%(d)d d %(h)d h") if hours else _("%(d)d d")
        return whole % {"d": days, "h": hours}
    if hours:
        return _("%(h)d h %(m)02d m") % {"h": hours, "m": rest}
    return _("%(n)d m") % {"n": rest}


def _moment_title(moment: dt.datetime) -> str:
    return _minute_title(moment.replace(second=0, microsecond=0), timezone.get_current_timezone(), get_language())


@lru_cache(maxsize=8192)
def _minute_title(minute: dt.datetime, zone: dt.tzinfo, language: str | None) -> str:
    """Kept, because the same moments stand on page after page and each takes as long as the rest of its cell."""
    local = minute.astimezone(zone)
    return _("%(local)s %(zone)s, %(utc)s UTC") % {
        "local": date_format(local, "D j M Y, H:i"),
        "zone": local.tzname(),
        "utc": date_format(minute.astimezone(dt.UTC), "j M H:i"),
    }


def _time_element(moment: dt.datetime, text: str, *, ticks: bool = False, focus: bool = False) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}"{}{}>{}</time>',
        moment.isoformat(timespec="seconds"),
        _moment_title(moment),
        mark_safe(" data-ago" if ticks else ""),
        mark_safe(' tabindex="0"' if focus else ""),
        text,
    )


@register.simple_tag
def ago(moment: dt.datetime | None) -> SafeString:
    """How long ago, in one unit: "6 min", "1 h", "2 d"; it ticks on the page. Zone and UTC on hover."""
    if moment is None:
        return mark_safe("")
    seconds = max(int((timezone.now() - moment).total_seconds()), 0)
    return _time_element(moment, ago_words(seconds), ticks=True)


def ago_words(seconds: int) -> str:
    if seconds < 60:
        return _("now")
    if seconds < 3600:
        return _("%(n)d min") % {"n": seconds // 60}
    if seconds < 86400:
        return _("%(n)d h") % {"n": seconds // 3600}
    return _("%(n)d d") % {"n": seconds // 86400}


@register.simple_tag
def when(moment: dt.datetime | None, style: str = "auto", focus: bool = True) -> SafeString:
    """A moment in the reader's zone, UTC on hover and focus.

    style: auto (time today, "Tue 10 Nov" this year, "10 Nov 2025" before), time, day, full. focus=False in long lists.
    """
    if moment is None:
        return mark_safe("")
    local = timezone.localtime(moment)
    today = timezone.localdate()
    if style == "auto":
        style = "time" if local.date() == today else "day"
    if style == "time":
        text = date_format(local, "H:i")
    elif style == "full":
        text = f"{date_format(local, 'D j M Y, H:i')} {local.tzname()}"
    else:
        text = date_format(local, "D j M" if local.year == today.year else "j M Y")
    return _time_element(moment, text, focus=focus)


# ---------------------------------------------------------------- text


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"breaks": True, "html": False, "linkify": False}).enable(
        ["table", "strikethrough"]
    )


ALLOWED_TAGS = {
    *("p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "a", "ul", "ol", "li"),
    *("h1", "h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td"),
}


@register.filter
def markdown(text: str | None) -> SafeString:
    """Markdown as safe HTML: no raw HTML, no images from elsewhere, links without a referrer."""
    if not text:
        return mark_safe("")
    html = nh3.clean(
        _markdown().render(text),
        tags=ALLOWED_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(html)  # nh3 let through what is allowed


@register.filter
def marked(text: str, query: str) -> SafeString:
    """The text with what was searched for marked."""
    if not query:
        return format_html("{}", text)
    parts = re.split(f"({re.escape(query)})", str(text), flags=re.IGNORECASE)
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", p) if i % 2 else p,) for i, p in enumerate(parts))
    )


# ---------------------------------------------------------------- lists


@register.simple_tag(takes_context=True)
def sort_head(
    context: Mapping[str, Any], label: Any, key: str, parameter: str = "sort", numeric: bool = False
) -> SafeString:
    """A sortable <th>: a link that sorts by `key`, and the other way when it does already. Drops `page`."""
    query = context["request"].GET.copy()
    current = query.get(parameter, "") or context.get("sort", "")
    query.pop("page", None)
    is_up, is_down = current == key, current == f"-{key}"
    query[parameter] = f"-{key}" if is_up else key
    order = mark_safe(' aria-sort="ascending"' if is_up else ' aria-sort="descending"' if is_down else "")
    arrow = icon("arrow-up" if is_up else "arrow-down", 12) if is_up or is_down else ""
    css = mark_safe(' class="numeric"') if numeric else ""
    return format_html(
        '<th scope="col"{}{}><a class="sort" href="?{}">{}{}</a></th>', order, css, query.urlencode(), label, arrow
    )


@register.filter
def thousands(value: Any) -> str:
    """A count with commas: 1,284. One that stops somewhere is in words already, and stays so: 1,000+."""
    return f"{value:,}" if isinstance(value, int) else str(value or "")


# ---------------------------------------------------------------- forms


@register.simple_tag
def described(field: BoundField) -> SafeString:
    """The field's control; a wrong one is described by its error."""
    if field.errors:
        return field.as_widget(attrs={"aria-describedby": f"{field.id_for_label}_error", "aria-invalid": "true"})
    return field.as_widget()
