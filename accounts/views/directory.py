"""Who people and teams are, for those who work with them."""

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.models import Organisation, Team, User
from accounts.permissions import SignedInRequest
from core import registries

FOUND_AT_MOST = 20


@login_required
@require_GET
def person(request: SignedInRequest, username: str) -> HttpResponse:
    people = User.objects.visible_to(request.user).select_related("organisation", "location", "manager", "deputy")
    found = get_object_or_404(people, username__iexact=username)
    return render(
        request,
        "accounts/person.html",
        {
            "person": found,
            "teams": Team.objects.visible_to(request.user).filter(memberships__user=found),
            "reports": User.objects.visible_to(request.user).active().filter(manager=found),
            "panels": registries.panels("accounts.person", request, found),
        },
    )


@login_required
@require_GET
def team(request: SignedInRequest, key: str) -> HttpResponse:
    teams = Team.objects.visible_to(request.user).select_related("lead", "supplier")
    found = get_object_or_404(teams, key=key)
    return render(
        request,
        "accounts/team.html",
        {
            "team": found,
            "members": User.objects.visible_to(request.user).active().filter(memberships__team=found),
            "serves": found.serves.filter(pk__in=Organisation.objects.visible_to(request.user)),
            "panels": registries.panels("accounts.team", request, found),
        },
    )


@login_required
@require_GET
def people_find(request: SignedInRequest) -> HttpResponse:
    """The people who fit what somebody types: `[{"value": "mara", "text": "Mara Lindqvist, Northgate"}]`."""
    people = User.objects.visible_to(request.user).active().select_related("organisation")
    reads_addresses = request.user.access.reads_desk
    for word in request.GET.get("q", "").replace("\x00", "").split()[:5]:
        named = Q(name__icontains=word) | Q(username__icontains=word)
        people = people.filter(named | Q(email__icontains=word) if reads_addresses else named)
    found = [
        {"value": each.username, "text": f"{each.name}, {each.organisation}" if each.organisation else each.name}
        for each in people.order_by("name")[:FOUND_AT_MOST]
    ]
    return JsonResponse(found, safe=False)
