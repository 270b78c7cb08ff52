"""Figures over the API: what the pages show, with the same readings."""

from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from core.api.filters import Filter
from core.api.problems import invalid_parameter, not_found
from core.api.rendering import answer
from core.api.views import ApiView
from metrics import filters, reports
from metrics.definitions import FIGURES
from metrics.dimensions import DIMENSIONS
from metrics.figures import person_for
from metrics.periods import Step
from metrics.readings import Reading
from metrics.remembering import room_to_sort
from metrics.reports import Line
from metrics.selection import CLOCKS, NotUnderstood, Rows, Selection, select
from metrics.sight import Sight
from metrics.views import reads_figures

GROUPS = (*(step.value for step in Step), *DIMENSIONS)
PARAMETERS = ("from", "to", "group_by", "clock", "assumed", "person", *DIMENSIONS)


class Known(serializers.Serializer):
    """A figure that there is."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a member of this name, not the field's own
    unit = serializers.ChoiceField(["seconds", "percent", "incidents"])
    definition = serializers.CharField()
    url = serializers.CharField()


class KnownFigures(serializers.Serializer):
    """The figures that there are."""

    results = Known(many=True)


class Measured(serializers.Serializer):
    """A figure of some incidents. Lengths of time are whole seconds; `value` of one is its median."""

    value = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField(help_text="How many incidents it counts; `rows` lists exactly these.")
    of = serializers.IntegerField(help_text="Of how many.")
    median = serializers.IntegerField(allow_null=True)
    mean = serializers.IntegerField(allow_null=True)
    p90 = serializers.IntegerField(allow_null=True)
    left_out = serializers.IntegerField(help_text="How many lack one of the two moments.")
    assumed = serializers.IntegerField(help_text="How many rest on a moment that nobody said.")
    too_few = serializers.BooleanField(help_text="Fewer than ten cases: not to be compared.")
    rows = serializers.CharField(help_text="The list whose count is n.")


class GroupOfFigure(Measured):
    """One group of a figure."""

    key = serializers.CharField(help_text="What `group_by` names, or the first day of a step.")
    label = serializers.CharField()  # type: ignore[assignment]  # a member of this name, not the field's own
    unfinished = serializers.BooleanField(help_text="A step that is not over.")


class FigureAnswer(Measured):
    """A figure over a period, whole and by group."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a member of this name, not the field's own
    unit = serializers.ChoiceField(["seconds", "percent", "incidents"])
    definition = serializers.CharField()
    clock = serializers.ChoiceField(CLOCKS)
    zone = serializers.CharField(help_text="Where a day begins at midnight.")
    group_by = serializers.CharField(allow_null=True)
    groups = GroupOfFigure(many=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        """`from` is a word of Python."""
        days = {"from": serializers.DateField(), "to": serializers.DateField()}
        return {**super().get_fields(), **days}


def _documented() -> list[OpenApiParameter]:
    day = {"type": "string", "format": "date"}
    keys = {"type": "array", "items": {"type": "string"}}
    return [
        OpenApiParameter("name", str, OpenApiParameter.PATH, enum=list(FIGURES)),
        OpenApiParameter("from", day, description="The first day, in it. Default: twelve weeks."),
        OpenApiParameter("to", day, description="The last day, in it. Default: today."),
        OpenApiParameter("group_by", str, enum=GROUPS),
        OpenApiParameter("clock", str, enum=CLOCKS),
        OpenApiParameter("assumed", str, enum=["with", "without"]),
        OpenApiParameter("person", str, description="One's own name, or of somebody whose team one leads."),
        *(OpenApiParameter(name, keys, style="form", explode=True) for name in DIMENSIONS),
    ]


class FiguresView(ApiView):
    """The figures that there are."""

    scopes = ("metrics",)
    answers = {"GET": KnownFigures}
    about = "The figures that there are, with their definitions."

    def get(self, request: Request) -> HttpResponse:
        self.refuse_unknown_parameters()
        _desk_only(request)
        found = [
            {
                "name": figure.name,
                "label": str(figure.label),
                "unit": figure.unit,
                "definition": figure.definition,
                "url": request.build_absolute_uri(reverse("api-metrics-one", args=[figure.name])),
            }
            for figure in FIGURES.values()
        ]
        return answer({"results": found})


class FigureView(ApiView):
    """One figure."""

    scopes = ("metrics",)
    answers = {"GET": FigureAnswer}
    about = "A figure over a period, made of the incidents that the caller sees."

    @extend_schema(parameters=_documented())
    @method_decorator(room_to_sort())
    def get(self, request: Request, name: str) -> HttpResponse:
        self.refuse_unknown_parameters(*PARAMETERS)
        _desk_only(request)
        if name not in FIGURES:
            raise not_found(_("There is no such figure."))
        group_by = request.query_params.get("group_by") or None
        if group_by is not None and group_by not in GROUPS:
            raise invalid_parameter("group_by", _("Choose one of: %(names)s.") % {"names": ", ".join(GROUPS)})
        try:
            selection = _selection(request, name, group_by)
        except NotUnderstood as error:
            raise invalid_parameter(error.parameter, str(error)) from None
        sight = Sight.of(request.user)
        (line,) = reports.overview(selection, sight, (name,))
        figure = FIGURES[name]
        return answer(
            {
                "name": name,
                "label": str(figure.label),
                "unit": figure.unit,
                **_measured(line.reading, line.rows, request),
                "definition": figure.definition,
                "from": selection.period.first.isoformat(),
                "to": selection.period.last.isoformat(),
                "clock": CLOCKS[0],
                "zone": settings.REPORTING_TIME_ZONE,
                "group_by": group_by,
                "groups": [_group(each, request) for each in _groups(selection, sight, group_by)],
            }
        )


def _desk_only(request: Request) -> None:
    if not reads_figures(request.user):
        raise PermissionDenied(_("Figures are for the desk."))


def _selection(request: Request, name: str, group_by: str | None) -> Selection:
    chosen = request.query_params.copy()
    username = chosen.pop("person", [""])[-1]
    person = _person(username, request) if username else None
    chosen["figure"] = name
    if group_by:
        chosen["by" if group_by in DIMENSIONS else "step"] = group_by
    return select(chosen, request.user, person=person)


def _person(username: str, request: Request) -> Any:
    try:
        return person_for(username, request.user)
    except NotUnderstood as error:
        raise invalid_parameter("person", str(error)) from None


def _groups(selection: Selection, sight: Sight, group_by: str | None) -> list[Line]:
    if group_by is None:
        return []
    lines = reports.divided if group_by in DIMENSIONS else reports.series
    return lines(selection, sight)


def _group(line: Line, request: Request) -> dict[str, Any]:
    start = line.start.isoformat() if line.start else ""
    return {
        "key": start or line.key,
        "label": line.label or start,
        "unfinished": line.is_unfinished,
        **_measured(line.reading, line.rows, request),
    }


def _measured(reading: Reading, rows: Rows, request: Request) -> dict[str, Any]:
    spread = reading.spread
    value = reading.value
    if value is not None and reading.figure.unit != "percent":
        value = round(value)
    return {
        "value": value,
        "n": reading.n,
        "of": reading.of,
        **{name: _whole(getattr(spread, name)) for name in ("median", "mean", "p90")},
        "left_out": reading.left_out,
        "assumed": spread.assumed,
        "too_few": reading.is_few,
        "rows": request.build_absolute_uri(_rows_url(rows)),
    }


def _whole(number: float | None) -> int | None:
    return None if number is None else round(number)


def _rows_url(rows: Rows) -> str:
    words = urlencode({"figure": str(rows), "count": "exact"}, safe=",:-", quote_via=quote)
    return f"{reverse('api-incidents')}?{words}"


def _rows(request: Request, given: list[str]) -> Q:
    """The condition of `figure=…` on the list of incidents."""
    try:
        return filters.condition(given, request.user)
    except NotUnderstood as error:
        raise invalid_parameter(filters.PARAMETER, str(error)) from None


ROWS_FILTER = Filter("", custom=_rows, help="Exactly the rows that a figure counts, as its `rows` names them.")
