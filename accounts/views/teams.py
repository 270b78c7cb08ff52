"""Administration: teams and their members."""

from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.teams import MemberForm, TeamForm
from accounts.models import Team, User
from accounts.permissions import SignedInRequest, for_administrators
from accounts.services import add_member, create_team, edit_team, remove_member, set_serves
from accounts.views.saving import done, form_page, refused, saved, step
from core.exceptions import Refused

TEAMS = (gettext_lazy("Teams"), "/administration/teams/")


@for_administrators
@require_GET
def teams(request: SignedInRequest) -> HttpResponse:
    rows = Team.objects.visible_to(request.user).select_related("lead").prefetch_related("serves")
    listed = rows.annotate(member_count=Count("memberships")).order_by("-is_active", "level", "name")
    return render(request, "administration/teams.html", {"teams": listed})


@for_administrators
@require_http_methods(["GET", "POST"])
def team_new(request: SignedInRequest) -> HttpResponse:
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = saved(form, lambda: create_team(actor=request.user, **form.cleaned_data))
        if made:
            words = _("%(name)s is added. Now name its members.") % {"name": made.name}
            return done(request, words, reverse("administration-team", args=[made.key]))
    return form_page(
        request,
        "administration/form.html",
        form,
        title=_("New team"),
        breadcrumb=step(TEAMS, (_("New"), "")),
        submit_label=_("Add this team"),
        cancel_url=reverse("administration-teams"),
    )


@for_administrators
@require_http_methods(["GET", "POST"])
def team_edit(request: SignedInRequest, key: str) -> HttpResponse:
    team = _team(request, key)
    form = TeamForm(request.POST or None, instance=Team.objects.get(pk=team.pk))
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        serves = fields.pop("serves")

        def both() -> Team:
            set_serves(team, serves, actor=request.user)
            return edit_team(team, actor=request.user, **fields)

        if saved(form, both):
            return done(request, _("Saved."), reverse("administration-teams"))
    return _team_page(request, team, form, MemberForm())


@for_administrators
@require_POST
def team_member_add(request: SignedInRequest, key: str) -> HttpResponse:
    team = _team(request, key)
    form = MemberForm(request.POST)
    if form.is_valid():
        person = form.cleaned_data["person"]
        add_member(team, person, actor=request.user)
        words = _("%(person)s is in %(team)s now.") % {"person": person, "team": team}
        undo = reverse("administration-team-member-remove", args=[team.key, person.username])
        return done(request, words, reverse("administration-team", args=[team.key]), undo=undo)
    return _team_page(request, team, TeamForm(instance=team), form)


@for_administrators
@require_POST
def team_member_remove(request: SignedInRequest, key: str, username: str) -> HttpResponse:
    team = _team(request, key)
    person = get_object_or_404(User.objects.visible_to(request.user), username__iexact=username)
    back = reverse("administration-team", args=[team.key])
    try:
        remove_member(team, person, actor=request.user)
    except Refused as refusal:
        return refused(request, refusal, back)
    words = _("%(person)s is no longer in %(team)s.") % {"person": person, "team": team}
    return done(
        request, words, back, undo=reverse("administration-team-member-return", args=[team.key, person.username])
    )


@for_administrators
@require_POST
def team_member_return(request: SignedInRequest, key: str, username: str) -> HttpResponse:
    """The undo of taking somebody out."""
    team = _team(request, key)
    person = get_object_or_404(User.objects.visible_to(request.user), username__iexact=username)
    add_member(team, person, actor=request.user)
    words = _("%(person)s is in %(team)s again.") % {"person": person, "team": team}
    return done(request, words, reverse("administration-team", args=[team.key]))


def _team_page(request: SignedInRequest, team: Team, form: Any, member_form: MemberForm) -> HttpResponse:
    members: QuerySet[User] = team.members.order_by("-is_active", "name")
    shown = member_form if member_form.is_bound else form
    response = form_page(
        request,
        "administration/team.html",
        form,
        team=team,
        members=members,
        member_form=member_form,
        title=team.name,
        breadcrumb=step(TEAMS, (team.key, "")),
    )
    response.status_code = 422 if shown.is_bound and shown.errors else 200
    return response


def _team(request: SignedInRequest, key: str) -> Team:
    return get_object_or_404(Team.objects.visible_to(request.user), key=key)
