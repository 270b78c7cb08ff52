"""Impact × urgency → priority, and the impact that answers suggest. Pure: no ORM.

The default cells are those of the common ITIL matrix: 1/1→1; 1/2, 2/1→2; 2/2, 1/3, 3/1→3; 2/3, 3/2→4; 3/3→5.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Cells = Mapping[tuple[int, int], int]

DEFAULT: Cells = {
    (1, 1): 1,
    (1, 2): 2,
    (2, 1): 2,
    (2, 2): 3,
    (1, 3): 3,
    (3, 1): 3,
    (2, 3): 4,
    (3, 2): 4,
    (3, 3): 5,
}


def priority_of(impact: int, urgency: int, cells: Cells = DEFAULT) -> int:
    """The priority (1–5) of an impact and an urgency (1–3 each); a cell that a scheme lacks is the default's."""
    return cells.get((impact, urgency), DEFAULT[impact, urgency])


@dataclass(frozen=True)
class Suggestion:
    """An impact and an urgency (1 high – 3 low), each with the answers that led to it, in words."""

    impact: int
    urgency: int
    reasons: tuple[str | Promise, ...]


PEOPLE = {
    "one": (3, _("one person is affected")),
    "several": (2, _("several people are affected")),
    "many": (1, _("a whole site or department is affected")),
}
WORK = {
    "stopped": (1, _("work has stopped")),
    "hindered": (2, _("work is hindered")),
    "continues": (3, _("work goes on")),
}
COST = {
    "high": (1, _("waiting costs a lot")),
    "some": (2, _("waiting costs something")),
    "none": (3, _("waiting costs nothing")),
}
YES = ("yes", "true", "on", True)


def suggest(answers: Mapping[str, object], *, service_is_critical: bool = False) -> Suggestion:
    """Impact from how many people, a critical period, a critical service, harm to people, law; urgency from whether
    work goes on and what waiting costs. A mere nuisance lowers both to low. Neither technical complexity nor the
    standing of the person who asks has a say.
    """
    impact, urgency = 3, 3
    reasons: list[str | Promise] = []

    def at_least(level: int, target: int, reason: str | Promise) -> int:
        if level < 3:
            reasons.append(reason)
        return min(level, target)

    if answers.get("people") in PEOPLE:
        level, reason = PEOPLE[str(answers["people"])]
        impact = at_least(level, impact, reason)
    if answers.get("work") in WORK:
        level, reason = WORK[str(answers["work"])]
        urgency = at_least(level, urgency, reason)
    if answers.get("cost") in COST:
        level, reason = COST[str(answers["cost"])]
        urgency = at_least(level, urgency, reason)
    if answers.get("nuisance") in YES:
        return Suggestion(3, 3, (_("it is a nuisance only"),))
    if service_is_critical and urgency < 3:
        impact = at_least(max(impact - 1, 1), impact, _("the service is critical"))
    if answers.get("critical_period") in YES:
        urgency = at_least(max(urgency - 1, 1), urgency, _("this is a critical period"))
    if answers.get("law") in YES:
        impact = at_least(min(impact, 2), impact, _("the law or a contract is touched"))
    if answers.get("harm") in YES:
        impact, urgency = 1, 1
        reasons.append(_("people may come to harm"))
    return Suggestion(impact, urgency, tuple(reasons))
