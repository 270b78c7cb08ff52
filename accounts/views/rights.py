"""Administration: who holds which role, and the table of moves × roles."""

from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import MoveRight, User
from accounts.permissions import SignedInRequest, for_administrators
from accounts.roles import BY_KEY, GIVEN, LABELS, Role, key_of
from accounts.services import change_move_rights, reset_move_rights
from accounts.services.rights import table_of
from accounts.views.saving import done, refused
from core import kinds
from core.exceptions import Refused

SHOWN_HOLDERS = 6


@for_administrators
@require_GET
def roles(request: SignedInRequest) -> HttpResponse:
    holders: dict[str, list[User]] = {}
    for person in User.objects.active().filter(groups__isnull=False).prefetch_related("groups").distinct():
        for group in person.groups.all():
            holders.setdefault(group.name, []).append(person)
    rows = [
        {
            "key": key_of(role),
            "label": LABELS[role],
            "holders": holders.get(key_of(role), [])[:SHOWN_HOLDERS],
            "count": len(holders.get(key_of(role), [])),
            "more": max(len(holders.get(key_of(role), [])) - SHOWN_HOLDERS, 0),
        }
        for role in GIVEN
    ]
    return render(request, "administration/roles.html", {"rows": rows})


@for_administrators
@require_GET
def move_rights_first(request: SignedInRequest) -> HttpResponse:
    """The table of the first kind of record, or word that there is none yet."""
    for kind in kinds.all_kinds():
        return redirect("administration-move-rights", kind=kind.name)
    return render(request, "administration/move_rights_none.html")


@for_administrators
@require_http_methods(["GET", "POST"])
def move_rights(request: SignedInRequest, kind: str) -> HttpResponse:
    if not kinds.exists(kind):
        raise Http404
    if request.method == "POST":
        return _save(request, kind)
    departures = dict(MoveRight.objects.values_list("kind").annotate(Count("pk")))
    tabs = [
        {
            "label": each.label_plural,
            "url": reverse("administration-move-rights", args=[each.name]),
            "active": each.name == kind,
            "count": departures.get(each.name, ""),
        }
        for each in kinds.all_kinds()
    ]
    return render(
        request,
        "administration/move_rights.html",
        {
            "kind": kinds.get(kind),
            "tabs": tabs,
            "roles": [LABELS[role] for role in BY_KEY.values()],
            "rows": table_of(kind),
            "departure_count": departures.get(kind, 0),
        },
    )


def _save(request: SignedInRequest, kind: str) -> HttpResponse:
    """Apply the cells that the person changed: those whose box is not as the page had shown it.

    So an edit that somebody else made meanwhile to another cell is not undone.
    """
    here = reverse("administration-move-rights", args=[kind])
    shown, ticked = set(request.POST.getlist("was")), set(request.POST.getlist("allowed"))
    changes: list[tuple[str, Role, bool]] = []
    for cell in sorted(shown ^ ticked):
        move, _dot, role = cell.partition(".")
        if role not in BY_KEY:
            return refused(request, Refused(_("There is no such move or role.")), here)
        changes.append((move, BY_KEY[role], cell in ticked))
    try:
        change_move_rights(kind, changes, actor=request.user)
    except Refused as refusal:
        return refused(request, refusal, here)
    return done(request, _("Saved. It holds from now on.") if changes else _("Nothing was changed."), here)


@for_administrators
@require_POST
def move_rights_reset(request: SignedInRequest, kind: str) -> HttpResponse:
    if not kinds.exists(kind):
        raise Http404
    reset_move_rights(kind, actor=request.user)
    return done(
        request, _("Every cell is as the product brings it."), reverse("administration-move-rights", args=[kind])
    )
