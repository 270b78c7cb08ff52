from core.models.activity import Activity, Delivery
from core.models.heartbeat import Heartbeat
from core.models.idempotency import IdempotencyKey
from core.models.operations import Backup

__all__ = ["Activity", "Backup", "Delivery", "Heartbeat", "IdempotencyKey"]
