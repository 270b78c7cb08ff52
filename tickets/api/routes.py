"""The addresses of a ticket and of what belongs to it, alike for every practice."""

from typing import Any

from django.urls import URLPattern, path

from core.api.moves import MovesView, MoveView
from core.api.resources import Resource
from core.api.routes import resource_paths
from tickets.api.attachments import AttachmentsView, AttachmentView, ContentView
from tickets.api.comments import CommentsView, CommentView
from tickets.api.links import (
    LinksView,
    LinkView,
    RestrictionView,
    TicketCisView,
    TicketCiView,
    WatchersView,
    WatcherView,
)
from tickets.api.referrals import ChaseView, ReferralsView, ReferralView, ReturnView
from tickets.api.tasks import TaskMovesView, TaskMoveView, TasksView, TaskView
from tickets.api.timeline import TimelineView


def ticket_paths(resource: Resource, many: Any, one: Any, *, kind: str) -> list[URLPattern]:
    """The list and record of a practice, its moves, and all below it."""
    name = resource.name
    own: dict[str, Any] = {"resource": resource, "named": "number"}
    below: dict[str, Any] = {"of": resource, "scopes": resource.scopes}
    under = f"{name}/<str:number>"
    return [
        *resource_paths(name, many, one, named="number"),
        path(f"{under}/moves/", MovesView.as_view(**own), name=f"api-{name}-moves"),
        path(f"{under}/moves/<str:move>/", MoveView.as_view(kind=kind, **own), name=f"api-{name}-move"),
        path(f"{under}/timeline/", TimelineView.as_view(**below), name=f"api-{name}-timeline"),
        *resource_paths(f"{under}/attachments", AttachmentsView, AttachmentView, key="uuid", **below),
        path(f"{under}/attachments/<uuid:key>/content/", ContentView.as_view(**below), name=f"api-{name}-content"),
        *resource_paths(f"{under}/links", LinksView, LinkView, key="int", **below),
        *resource_paths(f"{under}/watchers", WatchersView, WatcherView, **below),
        *resource_paths(f"{under}/cis", TicketCisView, TicketCiView, **below),
        path(f"{under}/restriction/", RestrictionView.as_view(**below), name=f"api-{name}-restriction"),
        *resource_paths(f"{under}/referrals", ReferralsView, ReferralView, key="int", **below),
        path(f"{under}/referrals/<int:key>/chase/", ChaseView.as_view(**below), name=f"api-{name}-chase"),
        path(f"{under}/referrals/<int:key>/return/", ReturnView.as_view(**below), name=f"api-{name}-return"),
        *resource_paths(f"{under}/comments", CommentsView, CommentView, key="int", **below),
        *resource_paths(f"{under}/tasks", TasksView, TaskView, **below),
        path(f"{under}/tasks/<str:key>/moves/", TaskMovesView.as_view(**below), name=f"api-{name}-task-moves"),
        path(f"{under}/tasks/<str:key>/moves/<str:move>/", TaskMoveView.as_view(**below), name=f"api-{name}-task-move"),
    ]
