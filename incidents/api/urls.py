from django.urls import path

from core.api.routes import resource_paths
from incidents.api.incidents import INCIDENTS
from incidents.api.priorities import PrioritySchemesView, PrioritySchemeView
from incidents.api.views import FollowUpView, IncidentsView, IncidentView
from tickets.api.routes import ticket_paths

urlpatterns = [
    *ticket_paths(INCIDENTS, IncidentsView, IncidentView, kind="incident"),
    path("incidents/<str:number>/follow-ups/", FollowUpView.as_view(), name="api-incidents-follow-ups"),
    *resource_paths("priority-schemes", PrioritySchemesView, PrioritySchemeView, key="int"),
]
