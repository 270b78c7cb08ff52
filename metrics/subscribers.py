"""What makes figures stale."""

from core.models import Activity
from core.subscriptions import on
from metrics.rollups import mark


@on("incident.*", "ticket.*")
def mark_incident(activity: Activity) -> None:
    """Whatever happens to a ticket may move it in its figures. A mark too many, or on another kind, costs nothing."""
    mark([activity.subject_id])


@on("import.landed")
def mark_imported(activity: Activity) -> None:
    """Imported histories are born delivered; each chunk of an import tells once which tickets came in."""
    mark(activity.data["tickets"])
