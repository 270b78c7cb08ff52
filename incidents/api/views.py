from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request

from cmdb.models import ConfigurationItem
from core.api.idempotency import once
from core.api.inputs import Input, Text, validated
from core.api.problems import conflict
from core.api.rendering import answer
from core.api.views import CreatingListView, EditingDetailView, read_one
from core.exceptions import AnswersMissing
from core.kinds import get as kind_named
from incidents.api.incidents import INCIDENTS
from incidents.api.inputs import EditedIncident, NewIncident, refuse_what_the_desk_decides
from incidents.models import Incident
from incidents.models.incident import Fact
from incidents.services.editing import STATED_BY_HAND, edit_incident, override_priority, state_fact
from incidents.services.opening import open_incident
from incidents.services.replying import open_follow_up
from tickets.api.below import BelowTicket
from tickets.models import Ticket
from tickets.services.linking import add_ci, remove_ci, remove_parent, set_parent


class IncidentsView(CreatingListView):
    resource = INCIDENTS
    input = NewIncident
    about = {
        "POST": gettext_lazy(
            "Opens an incident. A requester opens for themselves or somebody of their organisation, and cannot choose"
            " impact, urgency or team. With an external_ref that its source has used before, it is a 409 that names"
            " the incident."
        )
    }

    def create(self, request: Request, data: dict[str, Any]) -> Incident:
        refuse_what_the_desk_decides(request, data)
        if data.get("external_ref"):
            data.setdefault("external_source", request.user.username[:40])
            self._refuse_known_reference(data["external_source"], data["external_ref"])
        elif "external_source" in data:
            raise AnswersMissing({"external_ref": [_("A source needs the record's number there.")]})
        return open_incident(
            actor=self.person,
            requester=data.pop("requester", request.user),
            cis=data.pop("affected_cis", ()),
            restricted_teams=data.pop("restricted_to", ()),
            channel=data.pop("channel", Ticket.Channel.API),
            **data,
        )

    def _refuse_known_reference(self, source: str, reference: str) -> None:
        known = Ticket.objects.visible_to(self.request.user).filter(external_source=source, external_ref=reference)
        number = known.values_list("number", flat=True).first()
        if number is not None:
            raise conflict(
                "known-reference",
                _("%(source)s has sent %(reference)s before: it is %(number)s.")
                % {"source": source, "reference": reference, "number": number},
                [{"pointer": "/external_ref", "detail": number}],
            )


class IncidentView(EditingDetailView):
    resource = INCIDENTS
    input = EditedIncident
    about = {
        "PATCH": gettext_lazy("Edits the fields given. The priority follows impact and urgency, unless it is set.")
    }

    def lock(self, pk: Any) -> Any:
        return kind_named("incident").locked(pk)

    def edit(self, request: Request, record: Incident, data: dict[str, Any]) -> None:
        facts = {name: data.pop(name) for name in STATED_BY_HAND if name in data}
        priority, reason = data.pop("priority", None), data.pop("priority_override_reason", None)
        if (priority is None) != (reason is None):
            raise AnswersMissing({"priority_override_reason": [_("A priority by hand goes with its reason.")]})
        if "affected_cis" in data:
            self._set_cis(record, data.pop("affected_cis"))
        if "parent" in data:
            parent = data.pop("parent")
            if parent is None:
                remove_parent(child=record, actor=self.person)
            else:
                set_parent(child=record, parent=parent, actor=self.person)
        if data:
            edit_incident(incident=record, actor=self.person, **data)
        if priority is not None:
            override_priority(incident=record, priority=priority, reason=reason, actor=self.person)
        for name, at in facts.items():
            try:
                state_fact(incident=record, fact=Fact(name), at=at, actor=self.person)
            except AnswersMissing as missing:
                raise AnswersMissing({name: [text for texts in missing.errors.values() for text in texts]}) from None

    def _set_cis(self, incident: Incident, wanted: list[ConfigurationItem]) -> None:
        """Make these the items, among those that the caller sees."""
        actor = self.person
        seen = ConfigurationItem.objects.visible_to(actor)
        have = {ci.pk: ci for ci in seen.filter(ticket_cis__ticket=incident).exclude(ticket_cis__source="excluded")}
        for pk, ci in have.items():
            if pk not in {each.pk for each in wanted}:
                remove_ci(ticket=incident, ci=ci, actor=actor)
        for ci in wanted:
            if ci.pk not in have:
                add_ci(ticket=incident, ci=ci, actor=actor)


class FollowUp(Input):
    """What is still wrong."""

    text = Text(max_length=50_000)


class FollowUpView(BelowTicket):
    """Opens a new incident that follows up a closed one."""

    resource = INCIDENTS
    of = INCIDENTS
    http_method_names = ["post", "options"]
    input = FollowUp
    about = {"POST": gettext_lazy("Opens a new incident that is linked to this closed one, for its requester.")}

    def post(self, request: Request, number: str) -> HttpResponse:
        self.refuse_unknown_parameters()
        assert self.ticket
        return once(request, self.caller, self._work)

    def _work(self) -> HttpResponse:
        data = validated(self.input, self.request)
        follow_up = open_follow_up(
            incident=self.ticket, text=data["text"], actor=self.person, channel=Ticket.Channel.API
        )
        rows = self.resource.rows(self.request).filter(pk=follow_up.pk)
        _row, shown = read_one(self.resource, self.request, rows)
        return answer(shown, 201, {"Location": f"/api/v1/incidents/{follow_up.number}/"})
