from django.db import models
from django.db.models.functions import Now


class SignInAttempt(models.Model):
    """A failed try to get in, or one that is being decided. Counted, so that guessing gets slow; kept for a day."""

    class Action(models.TextChoices):
        PASSWORD = "password"
        CODE = "code"
        RESET = "reset"

    action = models.CharField(max_length=8, choices=Action)
    name = models.CharField(max_length=254)
    address = models.GenericIPAddressField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["address", "action", "at"], name="sign_in_attempt_address"),
            models.Index(fields=["name", "action", "at"], name="sign_in_attempt_name"),
            models.Index(fields=["at"], name="sign_in_attempt_at"),
        ]

    def __str__(self) -> str:
        return f"{self.action}: {self.name} from {self.address}"
