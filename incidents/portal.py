"""How a requester reads an incident: state, who has it and what happens next, in plain words.

Values in, words out; no rows are read here. Nothing of the desk's own is said: no reason of a hold by its name, no
priority, no routing, no team but the one that answers to the requester.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.ui import look_of
from incidents.models.incident import HoldReason, Status

SHORT = 110
"""Characters of somebody's words in a list."""

_MEANINGFUL = 4
"""Letters from which on a word says something about a matter."""


@dataclass(frozen=True)
class LastWord:
    """The newest public word on an incident."""

    who: str
    text: str
    at: datetime
    is_from_desk: bool


@dataclass(frozen=True)
class Plain:
    """An incident for its requester. `state` names a look of `core.ui`; `text` is one line for a list."""

    state: str
    headline: str
    text: str
    who: str
    next: str

    @property
    def token(self) -> str:
        return look_of(self.state).token

    @property
    def icon(self) -> str:
        return look_of(self.state).icon


def in_plain_words(
    incident: Any,
    for_user: Any,
    *,
    last_word: LastWord | None = None,
    close_after: timedelta | None = None,
    reopen_for: timedelta | None = None,
    now: datetime | None = None,
) -> Plain:
    """The state of an incident as this person reads it. The incident comes with assignee, owning team and requester."""
    now = now or timezone.now()
    if incident.status == Status.NEW:
        return _received(incident)
    if incident.status == Status.ON_HOLD and incident.hold_reason == HoldReason.REQUESTER:
        return _waiting(incident, for_user, last_word)
    if incident.status == Status.RESOLVED:
        return _solved(incident, close_after, reopen_for, now)
    if incident.status == Status.CLOSED:
        return _done(incident, now)
    if incident.status == Status.CANCELLED:
        return _cancelled(incident)
    return _working(incident, last_word, now)


def _received(incident: Any) -> Plain:
    return Plain(
        "received",
        _("Received"),
        _("%(desk)s has it. Nobody has begun yet.") % {"desk": _desk(incident)},
        _desk(incident),
        _("Somebody takes it up and you hear from us. You need not do anything."),
    )


def _waiting(incident: Any, for_user: Any, last_word: LastWord | None) -> Plain:
    is_mine = incident.requester_id == for_user.pk
    name = incident.requester.name
    headline = _("Waiting for you") if is_mine else _("Waiting for %(name)s") % {"name": name}
    if last_word and last_word.is_from_desk:
        text = _("%(who)s asks: %(words)s") % {"who": last_word.who, "words": short(last_word.text)}
    else:
        text = _("We need an answer before we can go on.")
    ours = _("Answer below, and we go on. Until then it rests.")
    theirs = _("As soon as %(name)s answers, we go on.") % {"name": name}
    return Plain("waiting_for_you", headline, text, _holder(incident), ours if is_mine else theirs)


def _working(incident: Any, last_word: LastWord | None, now: datetime) -> Plain:
    if incident.hold_reason:
        rests, follows = _while_it_rests(incident, now)
        return Plain("we_work_on_it", _("We are working on it"), rests, _holder(incident), follows)
    if last_word and last_word.is_from_desk:
        text = _("%(who)s wrote %(when)s.") % {"who": last_word.who, "when": at_words(last_word.at, now)}
    else:
        text = _("%(who)s has it.") % {"who": _holder(incident)}
    follows = _("We write here as soon as there is something to tell or to ask.")
    return Plain("we_work_on_it", _("We are working on it"), text, _holder(incident), follows)


def _while_it_rests(incident: Any, now: datetime) -> tuple[str, str]:
    """Why nothing seems to happen, without the desk's name for it, and what comes after."""
    when = at_words(incident.wake_at, now) if incident.wake_at else ""
    if incident.hold_reason == HoldReason.APPOINTMENT and when:
        return _("There is an appointment %(when)s.") % {"when": when}, _("We come to you as agreed.")
    if incident.hold_reason == HoldReason.OBSERVING:
        return _("It should work again. We watch it for a while."), _("If it stays well, we mark it as solved.")
    if when:
        return _("We take it up again %(when)s.") % {"when": when}, _("You need not do anything until then.")
    return _("We wait for something that we need for it."), _("You need not do anything. We write when we go on.")


def _solved(incident: Any, close_after: timedelta | None, reopen_for: timedelta | None, now: datetime) -> Plain:
    pieces = []
    who = incident.resolved_by.get_short_name() if incident.resolved_by_id else ""
    if incident.resolution:
        pieces.append(f"{who}: “{short(incident.resolution)}”" if who else f"“{short(incident.resolution)}”")
    closes = _moment(incident.resolved_at, close_after)
    if closes and closes > now:
        pieces.append(_("Closes by itself on %(day)s.") % {"day": day_words(closes)})
    follows = _("Try it. If it works, say so; if not, tell us and we go on.")
    ends = _moment(incident.resolved_at, reopen_for)
    if ends and ends < now:
        follows = _("Try it. If it doesn't work, write to us below.")
    return Plain(
        "solved_please_check",
        _("Solved, please check"),
        " ".join(pieces) or _("We think that it works again."),
        incident.resolved_by.name if who else _holder(incident),
        follows,
    )


def _done(incident: Any, now: datetime) -> Plain:
    text = short(incident.resolution) or _("This is over.")
    who = incident.resolved_by.name if incident.resolved_by_id else _desk(incident)
    return Plain(
        "closed",
        _("Done"),
        text,
        who,
        _("Nothing more. Should it come back, write below: that opens a new ticket that follows this one up."),
    )


def _cancelled(incident: Any) -> Plain:
    return Plain(
        "cancelled",
        _("Ended"),
        _("It was withdrawn, or goes on in another ticket."),
        _("Nobody any more"),
        _("Nothing more. If you still need it, write below: that opens a new ticket that follows this one up."),
    )


def _holder(incident: Any) -> str:
    return incident.assignee.name if incident.assignee_id else _desk(incident)


def _desk(incident: Any) -> str:
    return incident.owning_team.name if incident.owning_team_id else _("The service desk")


def _moment(since: datetime | None, after: timedelta | None) -> datetime | None:
    return since + after if since is not None and after is not None else None


# ---------------------------------------------------------------- what happened, as lines

HAPPENED: Mapping[str, Any] = {
    "taken": gettext_lazy("%(who)s took it"),
    "resumed": gettext_lazy("We went on with it"),
    "held": gettext_lazy("It rests until we can go on"),
    "resolved": gettext_lazy("%(who)s marked it as solved"),
    "reopened": gettext_lazy("%(who)s opened it again"),
    "closed": gettext_lazy("%(who)s closed it"),
    "cancelled": gettext_lazy("It was ended"),
    "withdrawn": gettext_lazy("%(who)s withdrew it"),
    "reminded": gettext_lazy("We asked again for an answer"),
}
"""The only events that a requester reads of, each as one plain line."""

BY_ITSELF: Mapping[str, Any] = {
    "closed": gettext_lazy("It closed by itself"),
    "resolved": gettext_lazy("It was marked as solved, since no answer came"),
}


def happened(event: str, who: str | None, data: Mapping[str, Any]) -> str | None:
    """One line for an event such as `taken`; None for what is not the requester's to read. `who` None: by itself."""
    if event == "held" and data.get("hold_reason") == HoldReason.REQUESTER:
        return _("We wait for an answer")
    if who is None and event in BY_ITSELF:
        return str(BY_ITSELF[event])
    words = HAPPENED.get(event)
    return None if words is None else str(words) % {"who": who or _("We")}


# ---------------------------------------------------------------- small words


def short(text: str) -> str:
    """The beginning of a text on one line, without markdown's marks."""
    line = re.sub(r"[*_`#>]+", "", " ".join(text.split()))
    return line if len(line) <= SHORT else f"{line[:SHORT].rsplit(' ', 1)[0]}…"


def at_words(moment: datetime, now: datetime) -> str:
    """When, after a verb: "at 12:38", "on Monday at 09:00", "on 24 November"."""
    local, today = timezone.localtime(moment), timezone.localdate(now)
    if local.date() == today:
        return _("at %(time)s") % {"time": date_format(local, "H:i")}
    if abs((local.date() - today).days) < 7:
        return _("on %(day)s at %(time)s") % {"day": date_format(local, "l"), "time": date_format(local, "H:i")}
    return _("on %(day)s") % {"day": day_words(moment)}


def day_words(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F")


def sounds_like(typed: str, *texts: str) -> float:
    """How much of what was typed a text speaks of: the share of its meaningful words, endings left aside, 0 to 1."""
    words = _stems(typed)
    spoken = _stems(" ".join(texts))
    if not words:
        return 0.0
    return len(
        {word for word in words if any(other.startswith(word) or word.startswith(other) for other in spoken)}
    ) / len(words)


def _stems(text: str) -> set[str]:
    found = (word for word in re.findall(r"\w+", text.casefold()) if len(word) >= _MEANINGFUL)
    return {word[:-1] if len(word) > _MEANINGFUL and word.endswith("s") else word for word in found}
