from django.db import models
from django.utils.translation import gettext_lazy as _


class MoveRight(models.Model):
    """One cell of the table of moves × roles that departs from the lifecycle table's default: granted or withheld."""

    subject_kind = "move_right"

    kind = models.CharField(max_length=20)
    move = models.CharField(max_length=40)
    role = models.CharField(max_length=30)
    is_allowed = models.BooleanField(_("allowed"), default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "move", "role"], name="move_right_once")]

    def __str__(self) -> str:
        return f"{self.role}: {self.kind}.{self.move}"
