"""Every figure by name: what it is called, between which two moments it lies, and what is left out, in words.

A definition has a version. Whoever changes what a figure means counts it up, so that two reports can be told apart.
"""

from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Figure:
    """What all figures have. `day` is the column of the day on which an incident joins the figure's population."""

    name: str
    label: Words
    text: Words
    day: str
    unit: str
    leaves_out: Words = ""
    version: int = 1
    less_is_better: bool | None = True
    by_day: Words = ""

    @property
    def definition(self) -> str:
        """The definition with its version, as figures cite it: `definition 1: …`."""
        parts = [
            str(self.text),
            str(self.leaves_out),
            gettext("Merged, duplicate and cancelled incidents are left out."),
        ]
        words = " ".join(part for part in parts if part)
        return gettext("Definition %(version)d: %(words)s") % {"version": self.version, "words": words}


@dataclass(frozen=True)
class Duration(Figure):
    """A length of time between two facts of an incident: shown as median and 90th percentile, with the mean beside."""

    unit: str = "seconds"
    start: Words = ""
    end: Words = ""
    is_mttr: bool = False

    @property
    def column(self) -> str:
        return f"{self.name}_seconds"

    @property
    def assumes(self) -> str:
        """The column that says whether one of its two facts was assumed."""
        return f"assumes_{self.name}"


@dataclass(frozen=True)
class Rate(Figure):
    """How many of a population have something, in percent.

    `condition` holds on the rows; `counted` names the column of the roll-up.
    """

    unit: str = "percent"
    condition: Q = field(default_factory=Q)
    counted: str = ""
    of: str = "resolved"


@dataclass(frozen=True)
class Share(Figure):
    """One sum of time in percent of itself and another."""

    unit: str = "percent"
    part: str = ""
    rest: str = ""


@dataclass(frozen=True)
class Count(Figure):
    """How many incidents; `counted` names the roll-up's column."""

    unit: str = "incidents"
    counted: str = ""


@dataclass(frozen=True)
class Backlog(Figure):
    """How many incidents are unresolved at the end of a day, and how old they are."""

    unit: str = "incidents"


TWO_MOMENTS = _(
    "Left out and counted are those that lack one of the two moments, or whose second moment lies before the first."
)

FIGURES: dict[str, Figure] = {
    figure.name: figure
    for figure in (
        Duration(
            "respond",
            _("Time to respond"),
            _(
                "From reported to acknowledged, the moment in which the first person takes it. In elapsed "
                "time, around the clock."
            ),
            "responded_on",
            leaves_out=TWO_MOMENTS,
            is_mttr=True,
            start=_("reported"),
            end=_("acknowledged"),
            by_day=_("by day of acknowledgement, or of resolution where none is known"),
        ),
        Duration(
            "repair",
            _("Time to repair"),
            _(
                "From first work to the fix in place (service restored), less the time on hold in between. In "
                "elapsed time, around the clock."
            ),
            "restored_on",
            leaves_out=TWO_MOMENTS,
            is_mttr=True,
            start=_("first work"),
            end=_("fix in place"),
            by_day=_("by day of restoration, or of resolution where none is known"),
        ),
        Duration(
            "recovery",
            _("Time to restore"),
            _("From the start of the impact to service restored, holds included. In elapsed time, around the clock."),
            "restored_on",
            leaves_out=TWO_MOMENTS,
            is_mttr=True,
            start=_("impact started"),
            end=_("service restored"),
            by_day=_("by day of restoration, or of resolution where none is known"),
        ),
        Duration(
            "resolve",
            _("Time to resolve"),
            _(
                "From reported to the cause removed: the incident resolved, and for the last time where it "
                "was reopened. In elapsed time, around the clock."
            ),
            "resolved_on",
            leaves_out=TWO_MOMENTS,
            is_mttr=True,
            start=_("reported"),
            end=_("resolved"),
            by_day=_("by day of resolution"),
        ),
        Duration(
            "detect",
            _("Time to detect"),
            _(
                "From the start of the impact to its detection, by monitoring or by a person. In elapsed "
                "time, around the clock."
            ),
            "detected_on",
            leaves_out=TWO_MOMENTS,
            start=_("impact started"),
            end=_("detected"),
            by_day=_("by day of detection"),
        ),
        Duration(
            "close",
            _("Time to close"),
            _("From reported to closed. In elapsed time, around the clock."),
            "closed_on",
            leaves_out=TWO_MOMENTS,
            start=_("reported"),
            end=_("closed"),
            by_day=_("by day of closure"),
        ),
        Backlog(
            "backlog",
            _("Backlog"),
            _(
                "Incidents that were opened but not resolved at the end of a day, by their age in days since "
                "they were opened. A reopened one counts as open from its opening on."
            ),
            "opened_on",
            by_day=_("open at the end of the day"),
        ),
        Count(
            "inflow",
            _("Opened"),
            _("Incidents opened in the period."),
            "opened_on",
            counted="opened",
            less_is_better=None,
            by_day=_("by day of opening"),
        ),
        Count(
            "outflow",
            _("Resolved"),
            _("Incidents resolved in the period, each on the day of its last resolution."),
            "resolved_on",
            counted="resolved",
            less_is_better=None,
            by_day=_("by day of resolution"),
        ),
        Rate(
            "first_contact",
            _("First contact"),
            _(
                "Of the incidents resolved in the period, those resolved by a team of the service desk that "
                "were never passed on, escalated, returned, put on hold or reopened."
            ),
            "resolved_on",
            condition=Q(is_first_contact=True),
            counted="first_contact",
            less_is_better=False,
            by_day=_("by day of resolution"),
        ),
        Rate(
            "reassigned",
            _("Reassigned"),
            _(
                "Of the incidents resolved in the period, those that were taken from a team or person and "
                "given to another at least once."
            ),
            "resolved_on",
            condition=Q(was_reassigned=True),
            counted="reassigned",
            by_day=_("by day of resolution"),
        ),
        Rate(
            "returned",
            _("Returned"),
            _(
                "Of the incidents resolved in the period, those that a team handed back at least once with a "
                "reason (bounces)."
            ),
            "resolved_on",
            condition=Q(was_returned=True),
            counted="returned",
            by_day=_("by day of resolution"),
        ),
        Rate(
            "reopened",
            _("Reopened"),
            _(
                "Of the incidents resolved in the period, those that had been resolved before and were "
                "reopened at least once."
            ),
            "resolved_on",
            condition=Q(was_reopened=True),
            counted="reopened",
            by_day=_("by day of resolution"),
        ),
        Share(
            "touched",
            _("Touched time"),
            _(
                "Of the time from reported to resolved, the part in which somebody had it in work. The rest "
                "is waiting: before the first work, and on hold. Summed over the incidents resolved in the "
                "period."
            ),
            "resolved_on",
            leaves_out=_("Left out and counted are those without a first work between reported and resolved."),
            part="touched_seconds",
            rest="waiting_seconds",
            less_is_better=False,
            by_day=_("by day of resolution"),
        ),
    )
}

MTTR = tuple(name for name, figure in FIGURES.items() if isinstance(figure, Duration) and figure.is_mttr)

FEW = 10
"""Below so many cases a figure is shown in grey: too few to compare."""

AGES: tuple[tuple[str, Words, int, int | None], ...] = (
    ("under-2-days", _("under 2 d"), 0, 2),
    ("2-to-7-days", _("2–7 d"), 2, 7),
    ("1-to-4-weeks", _("1–4 wk"), 7, 28),
    ("over-4-weeks", _("over 4 wk"), 28, None),
)
"""Classes of age: name, label, and days from (in it) and to (not in it)."""
