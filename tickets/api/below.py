"""Views of what belongs to a ticket: its address names the ticket, which the caller has to see."""

from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from rest_framework.request import Request

from accounts.api.readers import desk
from core.api import problems
from core.api.resources import Resource
from core.api.views import ApiView, CreatingListView, DetailView, EditingDetailView, ListView


class BelowTicket(ApiView):
    """Below `of`, the resource of the ticket's own kind."""

    of: Any = None

    @cached_property
    def ticket(self) -> Any:
        """The ticket that the address names; 404 when the caller does not see it."""
        found = self.of.rows(self.request).filter(number=self.kwargs["number"]).first()
        if found is None:
            raise problems.not_found()
        return found

    def below(self, resource: Resource) -> Any:
        return resource.rows(self.request).filter(ticket_id=self.ticket.pk)


class ListBelow(BelowTicket, ListView):
    def rows(self) -> Any:
        return self.below(self.resource)


class CreatingListBelow(BelowTicket, CreatingListView):
    """`by_desk`: only who acts for the desk on the ticket adds to it. They are refused before their body is read."""

    by_desk = False

    def rows(self) -> Any:
        return self.below(self.resource)

    def prepare(self, request: Request) -> None:
        ticket = self.ticket  # 404 before the body is looked at
        if self.by_desk and not ticket.acts_for_desk(request.user):
            raise PermissionDenied


class OneBelow(BelowTicket, DetailView):
    def rows(self) -> Any:
        return self.below(self.resource)


class EditingOneBelow(BelowTicket, EditingDetailView):
    def rows(self) -> Any:
        return self.below(self.resource)


class RemovingOneBelow(OneBelow):
    """One that can be taken away again."""

    def remove(self, request: Request, record: Any) -> None:
        raise NotImplementedError

    def delete(self, request: Request, **kwargs: Any) -> HttpResponse:
        self.refuse_unknown_parameters()
        record = self.one().first()
        if record is None:
            raise problems.not_found()
        self.remove(request, record)
        return HttpResponse(status=204)


def for_desk(rows: Any, request: Request) -> Any:
    """Rows that are the desk's own."""
    return rows if desk(request) else rows.none()
