from django.urls import path

from accounts.api.organisations import LocationsView, LocationView, OrganisationsView, OrganisationView
from accounts.api.people import MeView, PeopleView, PersonView
from accounts.api.teams import TeamsView, TeamView
from core.api.routes import resource_paths

urlpatterns = [
    path("me/", MeView.as_view(), name="api-me"),
    *resource_paths("people", PeopleView, PersonView),
    *resource_paths("teams", TeamsView, TeamView),
    *resource_paths("organisations", OrganisationsView, OrganisationView),
    *resource_paths("locations", LocationsView, LocationView),
]
