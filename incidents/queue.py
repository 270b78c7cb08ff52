"""The queue of incidents."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.bulk import ACTIONS
from incidents.models import Incident
from incidents.models.incident import HoldReason, Status
from tickets.queue.filtering import FilterForm, yes_or_no
from tickets.queue.page import PRIORITY_FACET, SERVICE_FACET, TEAM_FACET, Facet, Queue, View
from tickets.queue.parameters import AnyOf, TicketParameters

OPEN = "stage=open&stage=waiting"


class IncidentParameters(TicketParameters):
    hold_reason = AnyOf(label=_("Waits for"))
    resolution_code = AnyOf(label=_("Resolution"))
    awaits_acceptance = django_filters.BooleanFilter(label=_("Waiting to be taken"))
    is_major = django_filters.BooleanFilter(label=_("Major"))
    urgent = django_filters.BooleanFilter(label=_("VIP or major"), method="vip_or_major")
    reopened = django_filters.BooleanFilter(
        label=_("Reopened"), field_name="reopen_count", lookup_expr="gt", method="was_reopened"
    )

    class Meta(TicketParameters.Meta):
        model = Incident

    def vip_or_major(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        special = Q(requester__is_vip=True) | Q(is_major=True)
        return queryset.filter(special) if value else queryset.exclude(special)

    def was_reopened(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(reopen_count__gt=0) if value else queryset.filter(reopen_count=0)


class IncidentFilters(FilterForm):
    is_major = yes_or_no(_("Major"))
    reopened = yes_or_no(_("Reopened"))
    awaits_acceptance = yes_or_no(_("Waiting to be taken"))


QUEUE = Queue(
    name="incidents",
    actions=ACTIONS,
    title=_("Incidents"),
    url="/incidents/",
    rows=Incident.objects.all,
    parameters=IncidentParameters,
    filter_form=IncidentFilters,
    facets=(
        Facet("status", _("Status"), "status", tuple(Status.choices)),
        PRIORITY_FACET,
        SERVICE_FACET,
        TEAM_FACET,
        Facet("hold_reason", _("Waits for"), "hold_reason", tuple(HoldReason.choices)),
    ),
    views=(
        View(_("Unassigned"), f"assignee=none&{OPEN}"),
        View(_("Mine, open"), f"assignee=me&{OPEN}"),
        View(_("My teams, open"), f"team=mine&{OPEN}"),
        View(_("All open"), OPEN),
        View(_("Waiting to be taken"), f"awaits_acceptance=true&team=mine&{OPEN}"),
        View(_("Waiting for requester"), "hold_reason=requester"),
        View(_("VIP and major"), f"urgent=true&{OPEN}"),
        View(_("Resolved"), "status=resolved"),
        View(_("All"), "all=1"),
    ),
)
