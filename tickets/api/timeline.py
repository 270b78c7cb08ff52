"""What happened to a ticket, as far as it is for the caller."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from accounts.access import access_of
from accounts.api.readers import desk
from core.api.filters import Filter, moment, reference
from core.api.resources import Field, Order, Resource, choices_of
from core.models import Activity
from tickets.api.below import ListBelow
from tickets.api.fields import person, words
from tickets.models import Ticket
from tickets.visibility import only_asked_for


def _for_caller(request: Request) -> Any:
    """The desk reads all; a requester what was told to requesters; a supplier's people what is theirs."""
    access = access_of(request.user)
    activities = Activity.objects.filter(subject_kind="ticket")
    if access.supplier_id is not None:
        return activities.filter(Q(audience=Activity.Audience.SUPPLIER, data__supplier=access.supplier_id))
    for_requesters = Q(audience=Activity.Audience.REQUESTER)
    if not desk(request):
        return activities.filter(for_requesters)
    asked_for = Ticket.objects.visible_to(request.user).filter(only_asked_for(access)).values("pk")
    return activities.filter(for_requesters | ~Q(subject_id__in=asked_for))


TIMELINE = Resource(
    name="timeline",
    label=_("Something that happened to a ticket"),
    label_plural=_("Timeline"),
    about=_("Each move, edit and word with who did it, when and through what. It is never changed."),
    model=Activity,
    rows=_for_caller,
    key="id",
    fields=(
        Field("id", serializers.IntegerField()),
        Field("at", serializers.DateTimeField()),
        words("verb", _("Such as incident.resolved.")),
        person("actor", _("Null: the desk itself."), nullable=True),
        Field("via", serializers.ChoiceField(choices_of(Activity.Via))),
        Field("audience", serializers.ChoiceField(choices_of(Activity.Audience)), shown=desk),
        Field("changes", serializers.DictField(help_text=_("Field → [old, new].")), shown=desk),
        Field("data", serializers.DictField(), shown=desk),
        Field("version", serializers.IntegerField(allow_null=True), shown=desk),
        words("request_id", shown=desk),
    ),
    filters={
        "verb": Filter("verb", lookups=("", "in")),
        "actor": reference("actor__username", nullable=True),
        "via": Filter("via", choices=choices_of(Activity.Via)),
        "at": Filter("at", moment),
    },
    orders={"at": Order("at", moment)},
    default_order="at",
)


class TimelineView(ListBelow):
    resource = TIMELINE

    def rows(self) -> Any:
        return self.resource.rows(self.request).filter(subject_id=self.ticket.pk)
