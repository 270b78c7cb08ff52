"""What one would write in an afternoon: rows by the ORM, JSON by Django, no sign-in, no rights, no history."""

import json
from itertools import count

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import Context, Engine
from django.urls import path
from django.utils import timezone

from incidents.models import Incident
from tickets.models import Comment

SHOWN = ("number", "title", "description", "status", "priority", "opened_at", "updated_at")
LIST = Engine().from_string(
    "<!doctype html><title>Queue</title><table>{% for t in tickets %}<tr><td>{{ t.priority }}<td>{{ t.number }}"
    "<td>{{ t.title }}<td>{{ t.requester.name }}<td>{{ t.service.name }}<td>{{ t.status }}<td>{{ t.team.name }}"
    "<td>{{ t.assignee.name }}<td>{{ t.updated_at }}</tr>{% endfor %}</table>"
)
PAGE = Engine().from_string(
    "<!doctype html><title>{{ t.number }}</title><h1>{{ t.title }}</h1><p>{{ t.description }}<dl>"
    "<dt>Status<dd>{{ t.status }}<dt>Priority<dd>{{ t.priority }}<dt>Requester<dd>{{ t.requester.name }}"
    "<dt>Team<dd>{{ t.team.name }}<dt>Assignee<dd>{{ t.assignee.name }}</dl>"
    "{% for c in comments %}<p>{{ c.author.name }}, {{ c.created_at }}: {{ c.text }}{% endfor %}"
)
RELATED = ("requester", "service", "team", "assignee")
_numbers = count()


def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def create(request: HttpRequest) -> JsonResponse:
    said, now = json.loads(request.body), timezone.now()
    made = Incident.objects.create(
        number=f"BARE{id(said) % 10**6}-{next(_numbers)}",
        kind="incident",
        title=said["title"],
        description=said["description"],
        requester_id=said["requester"],
        opened_at=now,
        updated_at=now,
    )
    return JsonResponse({"number": made.number}, status=201)


def ticket(request: HttpRequest, number: str) -> JsonResponse:
    found = Incident.objects.select_related(*RELATED).get(number=number)
    return JsonResponse({name: getattr(found, name) for name in SHOWN})


def tickets(request: HttpRequest) -> JsonResponse:
    found = Incident.objects.filter(status=request.GET["status"]).order_by("-opened_at", "-id")[:50]
    return JsonResponse({"results": [{name: getattr(each, name) for name in SHOWN} for each in found]})


def queue(request: HttpRequest) -> HttpResponse:
    found = Incident.objects.filter(stage__in=["open", "waiting"]).select_related(*RELATED)
    return HttpResponse(LIST.render(Context({"tickets": found.order_by("-updated_at", "-id")[:50]})))


def page(request: HttpRequest, number: str) -> HttpResponse:
    found = Incident.objects.select_related(*RELATED).get(number=number)
    comments = Comment.objects.filter(ticket=found).select_related("author")
    return HttpResponse(PAGE.render(Context({"t": found, "comments": comments})))


urlpatterns = [
    path("", alive),
    path("create/", create),
    path("tickets/", tickets),
    path("tickets/<str:number>/", ticket),
    path("queue/", queue),
    path("queue/<str:number>/", page),
]
