"""What follows from what happened to incidents. Each is idempotent and reads the present state."""

from core.models import Activity
from core.subscriptions import on
from incidents.models import Incident
from incidents.services.propagating import propagate


@on("incident.taken", "incident.started", "incident.resumed", "incident.held", "incident.resolved", "incident.reopened")
def pass_down_to_children(activity: Activity) -> None:
    incident = Incident.objects.filter(pk=activity.subject_id).first()
    if incident is not None:
        propagate(incident)
