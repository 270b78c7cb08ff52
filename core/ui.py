"""How a state looks: one token and one icon for each word that a record's status can be.

The words below are shared by every practice. A practice whose word means something else registers its own look:
`register_looks("change", {"review": Look("progress", "eye-check")})`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

TOKENS = ("neutral", "info", "progress", "good", "warning", "danger", "critical", "muted")


@dataclass(frozen=True, slots=True)
class Look:
    """A semantic token and an icon of the sprite."""

    token: str
    icon: str


UNKNOWN = Look("neutral", "circle")

COMMON: dict[str, Look] = {
    # work
    "new": Look("info", "circle-dashed"),
    "draft": Look("muted", "pencil"),
    "assess": Look("info", "circle-dashed"),
    "assigned": Look("progress", "user"),
    "in_progress": Look("progress", "progress"),
    "started": Look("progress", "progress"),
    "investigating": Look("progress", "search"),
    "implement": Look("progress", "progress"),
    "on_hold": Look("neutral", "player-pause"),
    "waiting": Look("neutral", "player-pause"),
    "pending": Look("neutral", "player-pause"),
    "planned": Look("info", "circle-dashed"),
    "scheduled": Look("progress", "calendar-check"),
    "authorise": Look("progress", "gavel"),
    "review": Look("progress", "eye-check"),
    "known_error": Look("warning", "bulb"),
    "resolved": Look("good", "circle-check"),
    "fulfilled": Look("good", "circle-check"),
    "done": Look("good", "circle-check"),
    "closed": Look("muted", "circle-check"),
    "closed_with_issues": Look("warning", "alert-triangle"),
    "cancelled": Look("muted", "circle-x"),
    "skipped": Look("muted", "player-skip-forward"),
    "failed": Look("danger", "circle-x"),
    "backed_out": Look("danger", "arrow-back-up"),
    # answers
    "asked": Look("neutral", "circle-dashed"),
    "approved": Look("good", "circle-check"),
    "approved_with_conditions": Look("good", "checklist"),
    "needs_confirmation": Look("warning", "alert-triangle"),
    "rejected": Look("danger", "x"),
    "abstained": Look("neutral", "minus"),
    "not_yet": Look("neutral", "circle-dashed"),
    "may_not": Look("muted", "ban"),
    "accepted": Look("muted", "circle-check"),
    "blocking": Look("critical", "ban"),
    "to_answer": Look("warning", "alert-triangle"),
    # things in operation
    "in_build": Look("progress", "progress"),
    "in_use": Look("good", "circle-check"),
    "operational": Look("good", "circle-check"),
    "works": Look("good", "circle-check"),
    "degraded": Look("warning", "alert-triangle"),
    "slow": Look("warning", "alert-triangle"),
    "at_risk": Look("warning", "shield"),
    "down": Look("danger", "arrow-big-down"),
    "vital_down": Look("critical", "arrow-big-down"),
    "has_a_spare": Look("good", "shield-check"),
    "retired": Look("muted", "archive"),
    # the requester's words
    "waiting_for_you": Look("warning", "message-question"),
    "we_work_on_it": Look("progress", "progress"),
    "solved_please_check": Look("good", "circle-check"),
    "received": Look("info", "circle-dashed"),
}

_registered: dict[str, dict[str, Look]] = {}


def register_looks(kind: str, looks: Mapping[str, Look]) -> None:
    """Give a kind of record its own looks; called from `AppConfig.ready()`."""
    for word, look in looks.items():
        if look.token not in TOKENS:
            raise ValueError(f"{kind}.{word}: {look.token} is not one of {', '.join(TOKENS)}")
    _registered.setdefault(kind, {}).update(looks)


def look_of(state: str, kind: str = "") -> Look:
    """The look of a state: the kind's own, else the common one, else a plain circle."""
    own = _registered.get(kind, {})
    return own.get(state) or COMMON.get(state) or UNKNOWN
