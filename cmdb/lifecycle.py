"""The lifecycle of a configuration item. An item that exists already is written down in the status that it has."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from core.lifecycle import Lifecycle, Move, Question


class CiStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    IN_BUILD = "in_build", _("In build")
    IN_USE = "in_use", _("In use")
    RETIRED = "retired", _("Retired")


S = CiStatus
KEEPERS = Role.CONFIGURATION_MANAGER | Role.ADMINISTRATOR
"""Those who keep the configuration right."""
BY = KEEPERS | Role.SYSTEM


def _reason(record: Any, actor: Any) -> forms.Field:
    return forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_("Stays in the item's history."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


# fmt: off
LIFECYCLE = Lifecycle(
    statuses=S,
    initial=S.PLANNED,
    stages={S.PLANNED: "open", S.IN_BUILD: "open", S.IN_USE: "open", S.RETIRED: "closed"},
    questions=[Question("reason", _reason)],
    moves_list=[
        Move("build",      {S.PLANNED},                         S.IN_BUILD, "build_started", _("Start building"),    by=BY, icon="tool",          rank=20),
        Move("put_in_use", {S.PLANNED, S.IN_BUILD},             S.IN_USE,   "put_in_use",    _("Put into use"),      by=BY, icon="circle-check",  rank=10),
        Move("replan",     {S.IN_BUILD},                        S.PLANNED,  "replanned",     _("Back to planning"),  by=BY, icon="arrow-back-up", rank=40),
        Move("rebuild",    {S.IN_USE},                          S.IN_BUILD, "taken_back",    _("Back to building"),  by=BY, icon="tool",          rank=40, takes=("reason",)),
        Move("retire",     {S.PLANNED, S.IN_BUILD, S.IN_USE},   S.RETIRED,  "retired",       _("Retire"),            by=BY, icon="archive",       rank=50, takes=("reason",)),
        Move("restore",    {S.RETIRED},                         S.IN_USE,   "restored",      _("Put back into use"), by=BY, icon="refresh",       rank=30),
    ],
)
# fmt: on
