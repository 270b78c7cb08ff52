"""Any panel as CSV: the same lines, lengths of time in whole seconds so that a spreadsheet can count on."""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from core import exporting
from metrics import reports
from metrics.definitions import AGES
from metrics.readings import Reading
from metrics.reports import Line
from metrics.selection import Selection
from metrics.sight import Sight

Cells = list[Any]


def _measures() -> Cells:
    return [
        _("Value"), _("Unit"), _("n"), _("Median (s)"), _("Mean (s)"), _("p90 (s)"), _("Population"), _("Left out"),
        _("Assumed"), _("Definition"),
    ]  # fmt: skip


def _measured(reading: Reading) -> Cells:
    spread = reading.spread
    return [
        None if reading.value is None else round(reading.value, 1 if reading.figure.unit == "percent" else None),
        reading.figure.unit,
        reading.n,
        *(None if each is None else round(each) for each in (spread.median, spread.mean, spread.p90)),
        reading.of,
        reading.left_out,
        spread.assumed,
        reading.figure.definition,
    ]


def _figures(selection: Selection, sight: Sight) -> Iterable[Cells]:
    yield [_("Figure"), _("From"), _("To"), *_measures()]
    for line in reports.overview(selection, sight):
        yield [line.label, selection.period.first, selection.period.last, *_measured(line.reading)]


def _series(selection: Selection, sight: Sight) -> Iterable[Cells]:
    yield [_("From"), _("To"), _("So far"), *_measures()]
    for line in reports.series(selection, sight):
        period = line.rows.period
        yield [period.first, period.last, _("yes") if line.is_unfinished else "", *_measured(line.reading)]


def _groups(selection: Selection, sight: Sight) -> Iterable[Cells]:
    yield [_("Group"), _("Key"), *_measures(), _("Before")]
    for line in reports.divided(selection, sight):
        before = _before(line)
        yield [line.label, line.key, *_measured(line.reading), before]


def _before(line: Line) -> float | None:
    return None if line.before is None or line.before.value is None else round(line.before.value, 1)


def _backlog(selection: Selection, sight: Sight) -> Iterable[Cells]:
    yield [_("End of"), *(str(label) for _name, label, _youngest, _older in AGES), _("All")]
    for standing in reports.backlog_by_age(selection, sight):
        yield [standing.period.last, *standing.counts, standing.total]


PANELS: dict[str, Callable[[Selection, Sight], Iterable[Cells]]] = {
    "figures": _figures,
    "series": _series,
    "groups": _groups,
    "backlog": _backlog,
}


def as_csv(panel: str, selection: Selection, sight: Sight) -> StreamingHttpResponse:
    """One panel as a CSV file."""
    period = selection.period
    lines = list(PANELS[panel](selection, sight))
    return exporting.as_csv(lines, f"{panel}-{period.first}-{period.last}")
