"""What makes figures stale."""

from core.models import Activity
from core.subscriptions import on
from metrics.rollups import mark


@on("incident.*")
def mark_incident(activity: Activity) -> None:
    """Whatever happens to an incident may move it in its figures; a mark too many costs nothing."""
    mark([activity.subject_id])
