"""What one can do with incidents besides the moves of their lifecycle."""

from incidents.services.announcing import announce, end_announcement, say_affected, update_announcement
from incidents.services.closing import close_resolved
from incidents.services.editing import edit_incident, override_priority, state_fact
from incidents.services.holding import chase_requesters, wake_due
from incidents.services.opening import open_incident
from incidents.services.propagating import propagate, tell_requesters_of_children
from incidents.services.replying import confirm, open_follow_up, reply
from incidents.services.reporting import opened_just_now, report

__all__ = [
    "announce",
    "chase_requesters",
    "close_resolved",
    "confirm",
    "edit_incident",
    "end_announcement",
    "open_follow_up",
    "open_incident",
    "opened_just_now",
    "override_priority",
    "propagate",
    "reply",
    "report",
    "say_affected",
    "state_fact",
    "tell_requesters_of_children",
    "update_announcement",
    "wake_due",
]
