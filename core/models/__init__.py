from core.models.activity import Activity, Delivery
from core.models.heartbeat import Heartbeat

__all__ = ["Activity", "Delivery", "Heartbeat"]
