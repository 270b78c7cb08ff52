from incidents.models.announcement import Announcement
from incidents.models.incident import Incident
from incidents.models.policy import IncidentPolicy, PropagationRule
from incidents.models.priority import PriorityCell, PriorityLevel, PriorityScheme

__all__ = [
    "Announcement",
    "Incident",
    "IncidentPolicy",
    "PriorityCell",
    "PriorityLevel",
    "PriorityScheme",
    "PropagationRule",
]
