"""The choices above a page of figures, as links and one form, so that they work without a script."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import access_of
from accounts.models import User
from metrics import wording
from metrics.dimensions import DIMENSIONS
from metrics.panels import link
from metrics.periods import Period, Step
from metrics.selection import MOST_POINTS, Selection, default_period, today

MENUS = ("team", "priority")
FIELDS = ("service", "category", "organisation", "level")


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """The pages of figures that are for this person."""
    pages = [(_("Service desk"), reverse("metrics")), (_("My figures"), reverse("metrics-mine"))]
    pages.append((_("Definitions"), reverse("metrics-definitions")))
    return [{"label": label, "url": url, "active": request.path == url} for label, url in pages]


def toolbar(selection: Selection, query: QueryDict, user: Any) -> dict[str, Any]:
    """Everything that `metrics/toolbar.html` draws."""
    keys = selection.narrowing.keys
    return {
        "period": wording.days(selection.period),
        "first": selection.period.first.isoformat(),
        "last": selection.period.last.isoformat(),
        "presets": _presets(selection, query),
        "steps": _steps(selection, query),
        "menus": [_menu(name, keys.get(name, ()), query, user) for name in MENUS],
        "fields": [_field(name, keys.get(name, ()), user) for name in FIELDS],
        "kept": [
            (name, value) for name, values in query.lists() for value in values if name not in (*FIELDS, "from", "to")
        ],
        "kept_by_period": [
            (name, value) for name, values in query.lists() for value in values if name not in ("from", "to", "step")
        ],
        "narrowed": sum(len(keys.get(name, ())) for name in FIELDS),
        "clear_url": link(query, **dict.fromkeys(DIMENSIONS)) if keys else "",
        "zone": settings.REPORTING_TIME_ZONE,
    }


def _presets(selection: Selection, query: QueryDict) -> list[dict[str, Any]]:
    now = today()
    this_month = now.replace(day=1)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    periods = [
        (_("12 weeks"), default_period()),
        (_("7 days"), Period(now - timedelta(days=6), now)),
        (_("30 days"), Period(now - timedelta(days=29), now)),
        (_("90 days"), Period(now - timedelta(days=89), now)),
        (_("This month"), Period(this_month, now)),
        (_("Last month"), Period(last_month, this_month - timedelta(days=1))),
        (_("This year"), Period(now.replace(month=1, day=1), now)),
    ]
    return [
        {
            "label": label,
            "days": wording.days(period),
            "url": link(query, **{"from": period.first.isoformat(), "to": period.last.isoformat(), "step": None}),
            "active": period == selection.period,
        }
        for label, period in periods
    ]


def _steps(selection: Selection, query: QueryDict) -> list[dict[str, Any]]:
    labels = {Step.DAY: _("Day"), Step.WEEK: _("Week"), Step.MONTH: _("Month")}
    return [
        {"label": label, "url": link(query, step=step.value), "active": step is selection.step}
        for step, label in labels.items()
        if step is not Step.DAY or selection.period.days <= MOST_POINTS
    ]


def _menu(name: str, chosen: tuple[str, ...], query: QueryDict, user: Any) -> dict[str, Any]:
    options = DIMENSIONS[name].options(user)
    label = DIMENSIONS[name].label
    words = ", ".join(options[key][1] for key in chosen if key in options) or _("all")
    choices = [{"label": _("All"), "url": link(query, **{name: None}), "active": not chosen}]
    choices += [
        {"label": text, "url": link(query, **{name: key}), "active": key in chosen}
        for key, (_value, text) in options.items()
    ]
    return {"label": label, "words": words, "choices": choices}


def _field(name: str, chosen: tuple[str, ...], user: Any) -> dict[str, Any]:
    options = DIMENSIONS[name].options(user)
    return {
        "name": name,
        "label": DIMENSIONS[name].label,
        "options": [(key, text, key in chosen) for key, (_value, text) in options.items()],
    }


def led_people(user: Any) -> list[User]:
    """The members of the teams that somebody leads, but for themselves: whose figures they may see."""
    led = access_of(user).led_team_ids
    if not led:
        return []
    members = User.objects.filter(memberships__team_id__in=led, is_active=True).exclude(pk=user.pk)
    return list(members.distinct().order_by("name"))
