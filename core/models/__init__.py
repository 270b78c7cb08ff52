from core.models.activity import Activity, Delivery

__all__ = ["Activity", "Delivery"]
