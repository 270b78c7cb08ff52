from django.db import models
from django.db.models.functions import Now


class Heartbeat(models.Model):
    """When something that must keep happening last happened, by the database's clock."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.name} at {self.at}"
