"""The lifecycle of an incident: who may make which move, from where, to where, and what it asks."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from core.lifecycle import Lifecycle, Move
from incidents import effects as e
from incidents import guards as g
from incidents.models.incident import Status
from incidents.questions import QUESTIONS

S = Status
OPEN = {S.NEW, S.IN_PROGRESS, S.ON_HOLD}
DESK = Role.AGENT | Role.INCIDENT_MANAGER | Role.INTEGRATION | Role.SYSTEM
BOTH = DESK | Role.REQUESTER
LEADS = Role.INCIDENT_MANAGER | Role.SYSTEM
RESOLVE_NEEDS = ("resolution_code", "resolution", "category", "resolved_ci", "fix_kind")

# fmt: off
LIFECYCLE = Lifecycle(
    statuses=S,
    initial=S.NEW,
    stages={S.NEW: "open", S.IN_PROGRESS: "open", S.ON_HOLD: "waiting", S.RESOLVED: "resolved", S.CLOSED: "closed", S.CANCELLED: "closed"},
    questions=QUESTIONS,
    moves_list=[
        Move("take",        {S.NEW, S.IN_PROGRESS},     S.IN_PROGRESS, "taken",        _("Take"),                    by=DESK & ~Role.SYSTEM, guards=(g.not_yours_already,), effect=e.take, after=e.after_take, icon="user-check", rank=10, tells_requester=True),
        Move("resume",      {S.ON_HOLD},                S.IN_PROGRESS, "resumed",      _("Resume"),                  by=DESK, effect=e.resume, icon="player-play", rank=15, tells_requester=True),
        Move("resolve",     OPEN,                       S.RESOLVED,    "resolved",     _("Resolve"),                 by=DESK, needs=RESOLVE_NEEDS, takes=("restored_at",), guards=(g.required_tasks_done,), effect=e.resolve, after=e.after_resolve, icon="check", rank=20, tells_requester=True),
        Move("hold",        {S.IN_PROGRESS, S.ON_HOLD}, S.ON_HOLD,     "held",         _("Put on hold"),             by=DESK, needs=("hold_reason",), takes=("hold_awaits", "wake_at"), effect=e.hold, icon="player-pause", rank=30, tells_requester=True),
        Move("assign",      OPEN,                       None,          "assigned",     _("Assign"),                  by=DESK, takes=("team", "assignee"), effect=e.assign, after=e.after_assign, icon="user", rank=35),
        Move("escalate",    OPEN,                       None,          "escalated",    _("Escalate to a team"),      by=DESK, needs=("team",), takes=("reason",), effect=e.escalate, after=e.after_assign, icon="arrow-up-right", rank=40),
        Move("return",      OPEN,                       None,          "returned",     _("Return"),                  by=DESK, needs=("reason",), guards=(g.has_where_to_return,), effect=e.give_back, after=e.after_return, icon="arrow-back-up", rank=45),
        Move("escalate_up", OPEN,                       None,          "escalated_up", _("Escalate to the lead"),    by=DESK, needs=("reason",), guards=(g.has_a_lead,), effect=e.escalate_up, icon="alert-triangle", rank=50),
        Move("close",       {S.RESOLVED},               S.CLOSED,      "closed",       _("Close"),                   by=BOTH, guards=(g.may_close_now,), effect=e.close, icon="circle-check", rank=25, tells_requester=True),
        Move("reopen",      {S.RESOLVED},               S.IN_PROGRESS, "reopened",     _("Reopen"),                  by=BOTH, needs=("reason",), guards=(g.within_the_reopen_window,), effect=e.reopen, after=e.after_reopen, icon="refresh", rank=55, tells_requester=True),
        Move("withdraw",    OPEN,                       S.CANCELLED,   "withdrawn",    _("Withdraw"),                by=Role.REQUESTER, takes=("reason",), effect=e.cancel, after=e.after_cancel, icon="circle-x", rank=80, tells_requester=True),
        Move("cancel",      OPEN,                       S.CANCELLED,   "cancelled",    _("Cancel"),                  by=DESK, needs=("reason",), effect=e.cancel, after=e.after_cancel, icon="circle-x", rank=85, tells_requester=True),
        Move("merge",       OPEN,                       S.CANCELLED,   "merged",       _("Merge into another"),      by=DESK, needs=("into",), guards=(g.has_no_children,), effect=e.merge, after=e.after_merge, icon="git-merge", rank=90),
        Move("unmerge",     {S.CANCELLED},              S.IN_PROGRESS, "unmerged",     _("Undo the merge"),          by=DESK, guards=(g.was_merged_just_now,), effect=e.unmerge, after=e.after_unmerge, icon="arrow-back-up", rank=95),
        Move("give_up",     {S.ON_HOLD},                S.RESOLVED,    "resolved",     _("Resolve: no answer"),      by=LEADS, guards=(g.waits_for_the_requester,), effect=e.give_up, after=e.after_resolve, icon="check", rank=60, tells_requester=True),
        Move("begin",       {S.NEW},                    S.IN_PROGRESS, "started",      _("Start with the parent"),   by=Role.SYSTEM, effect=e.begin, rank=97),
        Move("wait_with_parent", {S.IN_PROGRESS},       S.ON_HOLD,     "held",         _("Wait with the parent"),    by=Role.SYSTEM, effect=e.wait_with_parent, rank=98),
        Move("follow_parent", OPEN,                     S.RESOLVED,    "resolved",     _("Resolve with the parent"), by=Role.SYSTEM, guards=(g.required_tasks_done,), effect=e.resolve_with_parent, after=e.after_resolve, icon="check", rank=99, tells_requester=True),
    ],
)
# fmt: on
