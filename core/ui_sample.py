"""Made-up data for the component page; nothing else reads it."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from core.ui import TOKENS


class SampleForm(forms.Form):
    """Fields in each of their states."""

    title = forms.CharField(label=_("Title"), help_text=_("What you would say on the phone"))
    window_ends = forms.CharField(label=_("Window ends"))
    implements = forms.ChoiceField(
        label=_("Implements"),
        choices=[("lf", "Luca Ferri"), ("pr", "Priya Raman"), ("ed", "Elif Demir")],
        required=False,
        widget=forms.Select(attrs={"data-combobox": ""}),
    )
    items = forms.MultipleChoiceField(
        label=_("Affected items"),
        choices=[("erp-db-02", "erp-db-02"), ("san-a", "san-a"), ("san-b", "san-b")],
        required=False,
        widget=forms.SelectMultiple(attrs={"data-combobox": ""}),
    )
    impact = forms.ChoiceField(
        label=_("Impact"), choices=[("1", _("High")), ("2", _("Medium")), ("3", _("Low"))], widget=forms.RadioSelect
    )
    outage = forms.BooleanField(label=_("Outage expected"), required=False)
    plan = forms.CharField(label=_("Implementation plan"), widget=forms.Textarea(attrs={"rows": 3}), required=False)

    def clean_window_ends(self) -> str:
        raise forms.ValidationError(_("Ends 22 h 30 m before it starts. Did you mean 25 Nov, 00:30?"))


def palette_groups() -> list[dict[str, Any]]:
    """What the palette might find."""
    record = {"label": "Order desk: saving an order takes 40 s", "icon": "lifebuoy", "url": "#"}
    return [
        {"label": _("Do with this"), "entries": [{"label": _("Resolve"), "icon": "check", "url": "#", "key": "e"}]},
        {"label": _("Records"), "entries": [record | {"number": "INC0024817", "priority": 2, "detail": "In progress"}]},
    ]


def everything(now: dt.datetime) -> dict[str, Any]:
    """What fills every component, as seen at `now`."""
    form = SampleForm(
        {
            "title": "Labels come out blank",
            "window_ends": "24 Nov 2026, 00:30",
            "implements": "lf",
            "items": ["san-a"],
            "impact": "2",
            "outage": "on",
            "plan": "1. Pause replication and note the position.\n2. Detach the volume.",
        }
    )
    form.is_valid()
    weeks = ["5 Oct", "12 Oct", "19 Oct", "26 Oct", "2 Nov", "9 Nov", "16 Nov"]
    median, p90 = [9000, 8280, 7200, 7920, 6840, 7560, 7560], [45360, 36600, 31680, 33840, 30960, 35640, 34920]
    return {
        "tokens": TOKENS,
        "empty_form": SampleForm(),
        "form": form,
        "now": now,
        "moments": {
            "six": now - dt.timedelta(minutes=6),
            "day": now - dt.timedelta(days=1),
            "old": now - dt.timedelta(days=400),
        },
        "breadcrumb": [
            {"label": "Incidents", "url": "#"},
            {"label": "Service desk, open", "url": "#"},
            {"number": "INC0024817"},
        ],
        "clocks": [
            {"text": "Response met in 4 m", "state": "met"},
            {"text": "1 h 12 m", "share": 0.6, "after": "to resolve, due 15:44", "left": 4320, "running": True},
            {"text": "6 m", "state": "close", "share": 0.9, "after": "to next update"},
        ],
        "moves": [
            {"name": "resolve", "label": _("Resolve"), "url": "#", "icon": "check", "primary": True, "asks": True},
            {"name": "hold", "label": _("Put on hold"), "url": "#", "icon": "player-pause", "asks": True},
            {
                "name": "close",
                "label": _("Close"),
                "refused": _("Close opens after Resolve; the requester confirms, or 5 working days pass."),
            },
            {"name": "cancel", "label": _("Cancel"), "url": "#", "icon": "x", "menu": True},
            {"name": "reopen", "label": _("Reopen"), "menu": True, "refused": _("It has not been resolved.")},
        ],
        "presence": [{"name": "Elif Demir", "doing": "reading"}, {"name": "Priya Raman", "doing": "editing"}],
        "facts": [
            {"name": "assignee", "label": _("Assignee"), "value": "Mara Lindqvist", "edit_url": "#"},
            {"name": "team", "label": _("Team"), "value": "Service desk", "edit_url": "#"},
            {"name": "impact", "label": _("Impact × urgency"), "value": "High × medium"},
            {"name": "channel", "label": _("Channel"), "value": "Portal"},
        ],
        "tabs": [
            {"label": "Attainment", "url": "#", "active": True},
            {"label": "Agreements", "url": "#", "count": 14},
            {"label": "Rehearsals", "url": "#", "count": 2},
        ],
        "choices": [
            {"label": "All", "url": "#", "count": 14, "active": True},
            {"label": "Conversation", "url": "#", "count": 5},
            {"label": "Fields", "url": "#", "count": 6},
        ],
        "views": [
            {"label": "Unassigned", "url": "#", "count": 7},
            {"label": "Service desk, open", "url": "#", "count": 64, "active": True},
        ],
        "facets": [
            {
                "name": "status",
                "label": _("Status"),
                "more_url": "#",
                "more_label": _("2 more"),
                "choices": [
                    {"value": "new", "label": "New", "count": 14, "chosen": True},
                    {"value": "in_progress", "label": "In progress", "count": 29},
                ],
            },
        ],
        "filters": [
            {"label": "Team", "value": "Service desk", "without": "?"},
            {"label": "Status", "value": "not closed", "without": "?"},
        ],
        "entries": [
            {
                "id": 1,
                "kind": "requester",
                "author": "Oliver Brandt",
                "at": now - dt.timedelta(hours=3),
                "via": _("Report from the portal"),
                "body": "Since about half past eight, saving an order takes 40 s, sometimes it ends with “timed out”.",
            },
            {
                "id": 2,
                "kind": "change",
                "text": mark_safe("Mara Lindqvist changed 2 fields: <b>priority P3 to P2</b>, assignee"),
                "at": now - dt.timedelta(hours=3),
                "changes": [
                    {"label": "Priority", "old": "P3", "new": "P2"},
                    {"label": "Assignee", "old": "", "new": "Mara Lindqvist"},
                ],
            },
            {
                "id": 3,
                "kind": "public",
                "author": "Mara Lindqvist",
                "at": now - dt.timedelta(hours=2),
                "to": "to Oliver Brandt and 3 watchers",
                "body": "Thanks Oliver. We see the same delay from here and treat it as **high priority**.",
            },
            {
                "id": 4,
                "kind": "supplier",
                "author": "Luca Ferri",
                "at": now - dt.timedelta(hours=1),
                "to": "to Harbourline Telecom",
                "body": "Please check feed B.",
            },
            {
                "id": 5,
                "kind": "change",
                "icon": "alarm",
                "text": "Update clock at 80 %: assignee and team lead notified",
                "at": now,
                "link_url": "#",
                "link_label": _("Why"),
            },
            {
                "id": 6,
                "kind": "note",
                "author": "Elif Demir",
                "at": now,
                "tag": _("Action taken"),
                "body": "Autovacuum on `orders` has waited for the archive snapshot since 08:31.",
                "files": [{"name": "locks.txt", "url": "#", "size": 4210}],
            },
        ],
        "bulk_actions": [
            {"value": "assign", "label": _("Assign to me"), "icon": "user-check", "key": "i"},
            {"value": "team", "label": _("Team"), "icon": "users"},
            {"value": "priority", "label": _("Priority"), "icon": "flag"},
        ],
        "line_chart": {
            "kind": "line",
            "labels": weeks,
            "format": "duration",
            "unfinished": True,
            "series": [{"name": "median", "values": median}, {"name": "p90", "values": p90}],
        },
        "bar_chart": {
            "kind": "stacked",
            "labels": weeks,
            "series": [
                {"name": "under 2 d", "values": [31, 24, 21, 19, 18, 21, 24]},
                {"name": "2–7 d", "values": [22, 21, 18, 17, 18, 18, 18]},
                {"name": "1–4 wk", "values": [10, 12, 12, 11, 9, 12, 14]},
                {"name": "over 4 wk", "values": [5, 5, 4, 5, 5, 5, 7]},
            ],
        },
        "line_table": {
            "head": ["Week of", "Median", "p90"],
            "rows": [["16 Nov so far", "2 h 06 m", "9 h 42 m"], ["9 Nov", "2 h 06 m", "9 h 54 m"]],
        },
        "bar_table": {
            "head": ["Week of", "Under 2 d", "2–7 d", "1–4 wk", "Over 4 wk"],
            "rows": [["16 Nov", 24, 18, 14, 7], ["9 Nov", 21, 18, 12, 5]],
        },
        "conflict_changes": [{"label": "Priority", "old": "P3", "new": "P2", "yours": "P4"}],
        "prose": "A **bold** word, `code`, a [link](https://example.org) and\n\n1. first\n2. second\n\n> quoted",
        "recipients": "Oliver Brandt and 3 watchers",
    }
