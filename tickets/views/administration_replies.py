"""Administration: canned replies. A team's own people write its replies; those who answer for the desk write all."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit import changes_of
from accounts.permissions import SignedInRequest, for_roles
from accounts.roles import DESK
from accounts.views.saving import done, form_page, saved, step
from tickets.administration_forms import ReplyForm
from tickets.models import CannedReply
from tickets.services.canned import FOR_THE_DESK, may_write, retire_reply, save_reply

REPLIES = (gettext_lazy("Canned replies"), "/administration/replies/")
for_workers = for_roles(DESK)


def _seen(request: SignedInRequest) -> QuerySet[CannedReply]:
    """Every reply for those who write all; for others the whole desk's and their teams'."""
    rows = CannedReply.objects.select_related("team").order_by("-is_active", "title", "pk")
    if request.user.has_role(FOR_THE_DESK):
        return rows
    access = request.user.access
    return rows.filter(Q(team=None) | Q(team_id__in=[*access.team_ids, *access.led_team_ids]))


def _written_by(request: SignedInRequest, pk: int) -> CannedReply:
    reply = get_object_or_404(_seen(request), pk=pk)
    if not may_write(reply.team_id, request.user):
        raise PermissionDenied(_("You may not write replies for these people."))
    return reply


@require_GET
@for_workers
def replies(request: SignedInRequest) -> HttpResponse:
    seen = list(_seen(request))
    rows = [{"reply": each, "writes": may_write(each.team_id, request.user)} for each in seen]
    access = request.user.access
    adds = request.user.has_role(FOR_THE_DESK) or bool(access.team_ids or access.led_team_ids)
    changes = changes_of("canned_reply", [each.pk for each in seen])
    return render(request, "administration/replies.html", {"rows": rows, "adds": adds, "changes": changes})


@require_http_methods(["GET", "POST"])
@for_workers
def reply_new(request: SignedInRequest) -> HttpResponse:
    form = ReplyForm(request.POST or None, actor=request.user)
    if request.method == "POST" and form.is_valid():
        made = saved(form, lambda: save_reply(actor=request.user, **form.cleaned_data))
        if made:
            words = _("“%(title)s” can be sent now.") % {"title": made.title}
            return done(request, words, reverse("administration-replies"))
    return form_page(
        request,
        "administration/form.html",
        form,
        title=_("New reply"),
        breadcrumb=step(REPLIES, (_("New"), "")),
        submit_label=_("Add"),
        cancel_url=reverse("administration-replies"),
    )


@require_http_methods(["GET", "POST"])
@for_workers
def reply(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _written_by(request, pk)
    initial = {"title": found.title, "text": found.text, "team": found.team_id}
    form = ReplyForm(request.POST or None, actor=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        changed = saved(form, lambda: save_reply(reply=found, actor=request.user, **form.cleaned_data))
        if changed:
            return done(request, _("Saved."), reverse("administration-replies"))
    return form_page(
        request,
        "administration/reply.html",
        form,
        reply=found,
        title=found.title,
        breadcrumb=step(REPLIES, (found.title, "")),
        cancel_url=reverse("administration-replies"),
        changes=changes_of("canned_reply", [found.pk]),
    )


@require_POST
@for_workers
def reply_retire(request: SignedInRequest, pk: int) -> HttpResponse:
    found = retire_reply(reply=_written_by(request, pk), actor=request.user)
    words = _("“%(title)s” is out of use.") % {"title": found.title}
    undo = reverse("administration-reply-restore", args=[found.pk])
    return done(request, words, reverse("administration-replies"), undo=undo)


@require_POST
@for_workers
def reply_restore(request: SignedInRequest, pk: int) -> HttpResponse:
    found = retire_reply(reply=_written_by(request, pk), actor=request.user, is_active=True)
    words = _("“%(title)s” is in use again.") % {"title": found.title}
    return done(request, words, reverse("administration-replies"))
