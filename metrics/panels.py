"""What the templates of figures draw: stats, charts with their tables, and tables by team or service."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from metrics import wording
from metrics.definitions import AGES, FIGURES, Duration, Figure, Rate, Share
from metrics.dimensions import DIMENSIONS, NONE
from metrics.reports import Line, Standing, rows_of
from metrics.selection import Selection


def link(query: QueryDict, **changes: str | None) -> str:
    """The same page with some choices changed; None takes one off."""
    changed = query.copy()
    for name, value in changes.items():
        changed.pop(name, None)
        if value is not None:
            changed[name] = value
    return f"?{changed.urlencode()}"


def stat(line: Line, selection: Selection, query: QueryDict) -> dict[str, Any]:
    """The variables of `components/stat.html`. The value chooses what is drawn; n opens the rows."""
    reading = line.reading
    trend, token = wording.change(reading, line.before)
    return {
        "label": line.label,
        "value": wording.value(reading),
        "url": link(query, figure=line.key),
        "n": reading.n,
        "n_url": wording.rows_url(line.rows),
        "trend": trend,
        "trend_token": token,
        "foot": wording.foot(reading),
        "definition": reading.figure.definition,
        "definition_url": definition_url(reading.figure),
        "chosen": line.key == selection.figure,
        "too_few": reading.is_few and reading.of > 0,
        "is_duration": isinstance(reading.figure, Duration),
    }


def definition_url(figure: Figure) -> str:
    return f"{reverse('metrics-definitions')}#{figure.name}"


def series_panel(lines: list[Line], selection: Selection) -> dict[str, Any]:
    """The variables of `components/chart.html` for the chosen figure over time."""
    figure = FIGURES[selection.figure]
    labels = [wording.step_label(line.start, selection.step) for line in lines if line.start]
    return {
        "id": "series",
        "title": figure.label,
        "note": _note(figure, selection),
        "is_empty": not any(line.reading.n for line in lines),
        "chart": {
            "labels": labels,
            "unfinished": bool(lines) and lines[-1].is_unfinished,
            **_drawn(figure, lines),
        },
        "table": {
            "head": [wording.step_head(selection.step), *heads(figure)],
            "rows": [[_step_cell(line, label), *cells(line)] for line, label in zip(lines, labels, strict=True)][::-1],
        },
    }


def _note(figure: Figure, selection: Selection) -> str:
    """What is drawn: "from impact started to service restored, by week"."""
    step = wording.step_words(selection.step)
    if isinstance(figure, Duration):
        return _("from %(start)s to %(end)s, %(step)s") % {"start": figure.start, "end": figure.end, "step": step}
    return step


def _drawn(figure: Figure, lines: list[Line]) -> dict[str, Any]:
    if isinstance(figure, Duration):
        spreads = [line.reading.spread for line in lines]
        return {
            "kind": "line",
            "format": "duration",
            "series": [
                {"name": _("median"), "values": [_rounded(each.median) for each in spreads], "area": True},
                {"name": _("p90"), "values": [_rounded(each.p90) for each in spreads]},
            ],
        }
    values = [line.reading.value for line in lines]
    if figure.unit == "percent":
        rounded = [None if value is None else round(value, 1) for value in values]
        return {"kind": "line", "unit": "%", "series": [{"name": str(figure.label), "values": rounded, "area": True}]}
    counted = [line.reading.n for line in lines]
    return {"kind": "bar", "unit": "", "series": [{"name": str(figure.label), "values": counted}]}


def _rounded(value: float | None) -> int | None:
    return None if value is None else round(value)


def _step_cell(line: Line, label: str) -> str | SafeString:
    if not line.is_unfinished:
        return label
    return format_html('{} <span class="ink-3">{}</span>', label, _("so far"))


def heads(figure: Figure) -> list[str]:
    """The heads of the columns that `cells` fills."""
    if isinstance(figure, Duration):
        return [_("Median"), _("p90"), _("n")]
    if figure.unit == "percent":
        return [_("Share"), _("n"), _("of")]
    return [_("Incidents")]


def cells(line: Line) -> list[str | SafeString]:
    """The cells of one reading; n opens exactly its rows."""
    reading = line.reading
    n = format_html('<a href="{}">{}</a>', wording.rows_url(line.rows), f"{reading.n:,}") if reading.n else "0"
    if isinstance(reading.figure, Duration):
        return [wording.value(reading), wording.amount(reading.spread.p90, "seconds"), n]
    if reading.figure.unit == "percent":
        return [wording.value(reading), n, f"{reading.of:,}"]
    return [n]


def divided_panel(lines: list[Line], selection: Selection, query: QueryDict) -> dict[str, Any]:
    """A table of the chosen figure by team, service …; a row narrows the page to it."""
    figure = FIGURES[selection.figure]
    return {
        "title": _("%(figure)s by %(dimension)s")
        % {"figure": figure.label, "dimension": str(DIMENSIONS[selection.by].label).lower()},
        "heads": [DIMENSIONS[selection.by].label, *heads(figure), _("Change")],
        "rows": [_divided_row(line, selection, query) for line in lines],
        "choices": [
            {"label": dimension.label, "url": link(query, by=name), "active": name == selection.by}
            for name, dimension in DIMENSIONS.items()
        ],
        "csv_url": export_url("groups", query),
    }


def _divided_row(line: Line, selection: Selection, query: QueryDict) -> dict[str, Any]:
    trend, token = wording.change(line.reading, line.before)
    is_chosen = line.key in selection.narrowing.keys.get(selection.by, ())
    narrowed = link(query, **{selection.by: line.key}) if line.key != NONE and not is_chosen else ""
    return {
        "label": line.label,
        "priority": line.key if selection.by == "priority" else "",
        "url": narrowed,
        "cells": cells(line),
        "is_few": line.reading.is_few,
        "change": _("n below 10") if line.reading.is_few else trend or wording.NOTHING,
        "token": "" if line.reading.is_few else token,
    }


def backlog_panel(standings: list[Standing], selection: Selection) -> dict[str, Any]:
    """The variables of `components/chart.html` for the backlog by age."""
    labels = [wording.step_label(each.start, selection.step) for each in standings]
    ages = [str(label) for _name, label, _youngest, _older in AGES]
    return {
        "id": "backlog",
        "title": _("Backlog by age"),
        "note": wording.ends_words(selection.step),
        "chart": {
            "kind": "stacked",
            "labels": labels,
            "series": [
                {"name": age, "values": [each.counts[index] for each in standings]} for index, age in enumerate(ages)
            ],
            "unit": "",
        },
        "table": {
            "head": [wording.step_head(selection.step), *ages, _("All")],
            "rows": [[label, *_aged_cells(each, selection)] for each, label in zip(standings, labels, strict=True)][
                ::-1
            ],
        },
    }


def _aged_cells(standing: Standing, selection: Selection) -> list[str | SafeString]:
    linked = []
    for (name, *_rest), n in zip([*AGES, ("",)], [*standing.counts, standing.total], strict=True):
        rows = rows_of(selection, "backlog", standing.period, age=name)
        linked.append(format_html('<a href="{}">{}</a>', wording.rows_url(rows), f"{n:,}") if n else "0")
    return linked


def behind(line: Line, selection: Selection, query: QueryDict) -> dict[str, Any]:
    """What stands behind the chosen figure: its definition, how many count, and how many do not and why."""
    reading = line.reading
    figure = reading.figure
    facts: list[tuple[str, Any]] = [(_("Counted"), _linked(reading.n, line))]
    if isinstance(figure, Duration):
        facts += [
            (_("Mean"), wording.amount(reading.spread.mean, "seconds")),
            (_("Left out: a moment is missing"), _linked(reading.left_out, line, "left-out")),
            (_("With an assumed moment"), _linked(reading.spread.assumed, line, "assumed")),
        ]
        if reading.spread.excluded:
            facts.append((_("Left out: assumed"), f"{reading.spread.excluded:,}"))
    elif isinstance(figure, Rate | Share):
        facts.append((_("Of"), _linked(reading.of, line, "population")))
        if isinstance(figure, Share):
            facts.append((_("Left out: a moment is missing"), _linked(reading.left_out, line, "left-out")))
    without = selection.narrowing.leaves_assumed
    return {
        "figure": figure,
        "facts": facts,
        "definition_url": definition_url(figure),
        "assumed_url": link(query, assumed=None if without else "without") if isinstance(figure, Duration) else "",
        "assumed_words": _("Count them again") if without else _("Leave out what is assumed"),
        "has_assumed": isinstance(figure, Duration) and bool(reading.spread.assumed or without),
    }


def _linked(n: int, line: Line, part: str = "counted") -> str | SafeString:
    if not n:
        return "0"
    rows = line.rows if part == "counted" else _with_part(line, part)
    return format_html('<a href="{}">{}</a>', wording.rows_url(rows), f"{n:,}")


def _with_part(line: Line, part: str) -> Any:
    rows = line.rows
    leaves = rows.leaves_assumed and part != "assumed"
    return type(rows)(rows.figure, rows.period, part, rows.keys, rows.age, rows.person, leaves)


def export_url(panel: str, query: QueryDict) -> str:
    address = reverse("metrics-export", args=[panel])
    return f"{address}?{query.urlencode()}" if query else address
