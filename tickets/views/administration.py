"""Administration: the tree of categories with their first-contact scripts."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit import changes_of
from accounts.permissions import SignedInRequest
from accounts.views.saving import done, form_page, refused, saved, step
from core.exceptions import Refused
from core.trees import in_tree_order
from tickets.administration_forms import CategoryForm, QuestionForm
from tickets.models import Category, CategoryQuestion
from tickets.permissions import for_rulers
from tickets.services.administering import (
    add_question,
    create_category,
    edit_category,
    edit_question,
    move_question,
    remove_question,
    restore_category,
    retire_category,
)

CATEGORIES = (gettext_lazy("Categories"), "/administration/categories/")


def _may_restrict(request: SignedInRequest) -> bool:
    return bool(request.user.is_administrator)


@require_GET
@for_rulers
def categories(request: SignedInRequest) -> HttpResponse:
    rows = Category.objects.select_related("support_team").prefetch_related("restricted_to")
    listed = in_tree_order(rows.annotate(question_count=Count("questions", distinct=True)))
    context = {
        "categories": listed,
        "retired_count": sum(not each.is_active for each in listed),
        "changes": changes_of("category"),
    }
    return render(request, "administration/categories.html", context)


@require_http_methods(["GET", "POST"])
@for_rulers
def category_new(request: SignedInRequest) -> HttpResponse:
    inside = Category.objects.filter(key=request.GET.get("inside", ""), is_active=True).first()
    form = CategoryForm(request.POST or None, may_restrict=_may_restrict(request), initial={"parent": inside})
    if request.method == "POST" and form.is_valid():
        made = saved(form, lambda: create_category(actor=request.user, **form.cleaned_data))
        if made:
            words = _("%(name)s is added.") % {"name": made.name}
            return done(request, words, reverse("administration-category", args=[made.key]))
    return form_page(
        request,
        "administration/form.html",
        form,
        title=_("New category"),
        breadcrumb=step(CATEGORIES, (_("New"), "")),
        submit_label=_("Add"),
        cancel_url=reverse("administration-categories"),
    )


@require_http_methods(["GET", "POST"])
@for_rulers
def category(request: SignedInRequest, key: str) -> HttpResponse:
    found = get_object_or_404(Category, key=key)
    form = CategoryForm(
        request.POST or None, instance=Category.objects.get(pk=found.pk), may_restrict=_may_restrict(request)
    )
    if request.method == "POST" and form.is_valid():
        changed = saved(form, lambda: edit_category(category=found, actor=request.user, **form.cleaned_data))
        if changed:
            return done(request, _("Saved."), reverse("administration-category", args=[changed.key]))
    return _category_page(request, found, form, QuestionForm())


def _category_page(request: SignedInRequest, found: Category, form: Any, question_form: QuestionForm) -> HttpResponse:
    wrong = question_form if question_form.is_bound else form
    response = form_page(
        request,
        "administration/category.html",
        form,
        category=found,
        title=found.name,
        breadcrumb=step(CATEGORIES, (found.key, "")),
        cancel_url=reverse("administration-categories"),
        questions=list(found.questions.all()),
        above=list(_questions_above(found)),
        question_form=question_form,
        restricted_to=list(found.restricted_to.all()),
        changes=changes_of("category", [found.pk]),
    )
    response.status_code = 422 if wrong.is_bound and wrong.errors else 200
    return response


def _questions_above(found: Category) -> Any:
    ids = [pk for pk in found.ancestor_ids() if pk != found.pk]
    return CategoryQuestion.objects.filter(category_id__in=ids).select_related("category")


@require_POST
@for_rulers
def category_retire(request: SignedInRequest, key: str) -> HttpResponse:
    found = get_object_or_404(Category, key=key)
    count = retire_category(category=found, actor=request.user)
    words = ngettext(
        "%(name)s is out of use. Its tickets keep it.",
        "%(name)s and what is inside it are out of use. Their tickets keep them.",
        count,
    ) % {"name": found.name}
    return done(
        request,
        words,
        reverse("administration-categories"),
        undo=reverse("administration-category-restore", args=[key]),
    )


@require_POST
@for_rulers
def category_restore(request: SignedInRequest, key: str) -> HttpResponse:
    found = restore_category(category=get_object_or_404(Category, key=key), actor=request.user)
    words = _("%(name)s is in use again.") % {"name": found.name}
    return done(request, words, reverse("administration-category", args=[key]))


@require_POST
@for_rulers
def question_add(request: SignedInRequest, key: str) -> HttpResponse:
    found = get_object_or_404(Category, key=key)
    form = QuestionForm(request.POST)
    if form.is_valid():
        made = saved(form, lambda: add_question(category=found, actor=request.user, **form.cleaned_data))
        if made:
            return done(request, _("The question is added."), _questions_of(found))
    edit_form = CategoryForm(instance=found, may_restrict=_may_restrict(request))
    return _category_page(request, found, edit_form, form)


@require_http_methods(["GET", "POST"])
@for_rulers
def question(request: SignedInRequest, key: str, pk: int) -> HttpResponse:
    found = get_object_or_404(CategoryQuestion.objects.select_related("category"), pk=pk, category__key=key)
    form = QuestionForm(request.POST or None, instance=CategoryQuestion.objects.get(pk=pk))
    if request.method == "POST" and form.is_valid():
        changed = saved(form, lambda: edit_question(question=found, actor=request.user, **form.cleaned_data))
        if changed:
            return done(request, _("Saved."), _questions_of(found.category))
    category_step = (found.category.name, reverse("administration-category", args=[key]))
    return form_page(
        request,
        "administration/form.html",
        form,
        title=_("Question"),
        breadcrumb=step(CATEGORIES, category_step, (_("Question"), "")),
        cancel_url=_questions_of(found.category),
    )


@require_POST
@for_rulers
def question_move(request: SignedInRequest, key: str, pk: int, way: str) -> HttpResponse:
    if way not in ("up", "down"):
        raise PermissionDenied
    found = get_object_or_404(CategoryQuestion.objects.select_related("category"), pk=pk, category__key=key)
    try:
        move_question(question=found, up=way == "up", actor=request.user)
    except Refused as refusal:
        return refused(request, refusal, _questions_of(found.category))
    return done(request, _("The order is changed."), _questions_of(found.category))


@require_POST
@for_rulers
def question_remove(request: SignedInRequest, key: str, pk: int) -> HttpResponse:
    found = get_object_or_404(CategoryQuestion.objects.select_related("category"), pk=pk, category__key=key)
    remove_question(question=found, actor=request.user)
    words = _("“%(text)s” is asked no more. Answers that were given stay.") % {"text": found.text}
    return done(request, words, _questions_of(found.category))


def _questions_of(found: Category) -> str:
    return reverse("administration-category", args=[found.key]) + "#questions"
