"""Nobody lightens a grey unnoticed: the contrast of every pair, computed from the hex values in tokens.css."""

import re
from pathlib import Path

import pytest

SHEET = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
TOKEN = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
VALUES = {name: (light, dark) for name, light, dark in TOKEN.findall(SHEET.read_text())}
MEANINGS = ("neutral", "info", "progress", "good", "warning", "danger", "critical")
GROUNDS = ("surface", "canvas", "sunken", "nav", "raised", "hover", "selected")

TEXT = [
    *[(ink, ground) for ink in ("ink", "ink-2", "ink-3", "accent") for ground in GROUNDS],
    *[(f"{m}-t", f"{m}-s") for m in MEANINGS],
    *[(f"{m}-t", ground) for m in MEANINGS for ground in ("surface", "canvas", "raised", "hover", "selected")],
    *[(ink, f"{m}-s") for m in MEANINGS for ink in ("ink", "ink-2", "ink-3")],
    ("muted-t", "surface"),
    ("muted-t", "canvas"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("accent", "accent-soft"),
    ("on-critical", "critical-x"),
    ("ink", "note-s"),
    ("ink-2", "note-s"),
    ("ink-3", "note-s"),
    ("warning-t", "note-s"),
]
MARKS = [
    *[(f"{m}-f", ground) for m in MEANINGS for ground in ("surface", "canvas")],
    ("muted-f", "surface"),
    ("muted-f", "canvas"),
    ("control", "surface"),
    ("control", "canvas"),
    ("accent", "surface"),
    *[(series, "surface") for series in ("c1", "c2", "c3", "r2", "r3", "r4")],
]


def luminance(colour: str) -> float:
    """WCAG 2 relative luminance of "#rrggbb"."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read_on_its_ground(text, ground, theme):
    assert contrast(VALUES[text][theme], VALUES[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_icons_edges_and_chart_marks_stand_out(mark, ground, theme):
    assert contrast(VALUES[mark][theme], VALUES[ground][theme]) >= 3.0


def test_colours_stand_in_the_token_sheet_alone():
    component_sheet = SHEET.with_name("evenkeel.css").read_text()
    without_pictures = re.sub(r'url\("data:[^"]*"\)', "", component_sheet)

    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", without_pictures) == []
