"""The cells of a queue's rows, in Python: five hundred stand on a page, and a template would ask each which it is."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.templatetags import kit
from tickets.queue.columns import Column

register = template.Library()

Cell = Callable[[Mapping[str, Any], Column, Any], SafeString]


@register.simple_tag(takes_context=True)
def cells(context: Mapping[str, Any], columns: Iterable[Column], ticket: Any) -> SafeString:
    """A row's cells, in the order of the columns; a column without a look of its own shows its plain value."""
    return mark_safe("".join(CELLS.get(column.name, _plain)(context, column, ticket) for column in columns))


def _priority(context: Mapping[str, Any], column: Column, ticket: Any) -> SafeString:
    return format_html('<td class="phone-hide">{}</td>', kit.priority(ticket.priority, ticket.get_priority_display()))


def _number(context: Mapping[str, Any], column: Column, ticket: Any) -> SafeString:
    return format_html("<td>{}</td>", kit.number(ticket.number))


def _title(context: Mapping[str, Any], column: Column, ticket: Any) -> SafeString:
    lock = format_html(" {}", kit.icon("shield-lock", 12, label=_("Restricted"))) if ticket.is_restricted else ""
    return format_html(
        '<td class="table-title"><a href="{}{}" title="{}">{}{}</a></td>',
        ticket.get_absolute_url(),
        context["page"].walk,
        ticket.title,
        ticket.title,
        lock,
    )


def _requester(context: Mapping[str, Any], column: Column, ticket: Any) -> SafeString:
    vip = format_html(' <span class="meta">{}</span>', _("VIP")) if ticket.requester.is_vip else ""
    return format_html('<td class="phone-hide">{}{}</td>', ticket.requester.name, vip)


def _status(context: Mapping[str, Any], column: Column, ticket: Any) -> SafeString:
    shown = kit.status(ticket.status, ticket.get_status_display(), detail=ticket.status_detail)
    return format_html("<td>{}</td>", shown)


def _assignee(context: Mapping[str, Any], column: Column, ticket: Any) -> SafeString:
    return format_html("<td>{}</td>", kit.avatar(context, ticket.assignee))


def _moment(context: Mapping[str, Any], column: Column, ticket: Any) -> SafeString:
    return format_html('<td class="numeric quiet phone-hide">{}</td>', kit.ago(column.text(ticket)))


def _plain(context: Mapping[str, Any], column: Column, ticket: Any) -> SafeString:
    return format_html('<td class="phone-hide">{}</td>', column.text(ticket))


CELLS: dict[str, Cell] = {
    "priority": _priority,
    "number": _number,
    "title": _title,
    "requester": _requester,
    "status": _status,
    "assignee": _assignee,
    "opened": _moment,
    "updated": _moment,
    "resolved": _moment,
}
