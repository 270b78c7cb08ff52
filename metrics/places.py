"""Where figures show on the pages of others: the navigation, the palette, the home page, the queue of incidents."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import access_of
from accounts.roles import Role
from core import registries
from metrics import filters, panels, reports
from metrics.api.views import ROWS_FILTER
from metrics.definitions import FIGURES
from metrics.remembering import room_to_sort
from metrics.selection import select
from metrics.sight import Sight
from metrics.views import reads_figures

ON_HOME = ("respond", "recovery", "resolve", "backlog", "reopened")
MANAGERS = (
    Role.INCIDENT_MANAGER | Role.PROBLEM_MANAGER | Role.SERVICE_LEVEL_MANAGER | Role.SERVICE_OWNER | Role.ADMINISTRATOR
)


def home_card(request: HttpRequest) -> dict[str, Any] | None:
    """The last weeks in five figures, for those who manage or lead."""
    access = access_of(request.user)
    if not reads_figures(request.user) or not (access.roles & MANAGERS or access.led_team_ids):
        return None
    selection = select(QueryDict(), request.user)
    with room_to_sort():
        lines = reports.overview(selection, Sight.of(request.user), ON_HOME)
    stats = [panels.stat(line, selection, QueryDict()) for line in lines]
    page = reverse("metrics")
    for each in stats:
        each |= {"url": page + each["url"], "chosen": False}
    return {"title": _("Figures"), "stats": stats, "url": page}


def palette(request: HttpRequest, query: str) -> Iterable[registries.Hit]:
    """Figures by name."""
    if not reads_figures(request.user) or len(query) < 2:
        return
    for figure in FIGURES.values():
        if query.lower() in str(figure.label).lower():
            yield registries.Hit(
                figure.label, f"{reverse('metrics')}?figure={figure.name}", "chart-histogram", detail=_("Metrics")
            )


def register() -> None:
    registries.add_entry(
        registries.Entry(
            group=_("Insight"),
            label=_("Metrics"),
            url_name="metrics",
            icon="chart-histogram",
            show=lambda request: reads_figures(request.user),
            rank=80,
        )
    )
    registries.add_home_card(registries.HomeCard("figures", "metrics/card.html", home_card, rank=70))
    registries.palette_source(palette)
    registries.add_api_filter("incidents", filters.PARAMETER, ROWS_FILTER)
    registries.add_filter("incidents", registries.Filter(filters.PARAMETER, filters.apply, filters.words))
