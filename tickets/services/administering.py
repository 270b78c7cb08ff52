"""The tree of categories and their first-contact scripts."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.access import access_of
from accounts.models import Team, User
from accounts.roles import Role
from accounts.services.edits import change, locked
from core.activity import record
from core.exceptions import AnswersMissing, Refused
from tickets.models import Category, CategoryQuestion
from tickets.permissions import require_ruler
from tickets.scripts import lines_of


@transaction.atomic
def create_category(
    *, actor: User | None, key: str, name: str, restricted_to: Collection[Team] = (), **fields: Any
) -> Category:
    """Add a category to the tree."""
    require_ruler(actor)
    category = Category.objects.create(key=key, name=name, **fields)
    record("category.created", category, actor=actor, data={"key": key, "name": name})
    restrict_category(category=category, teams=restricted_to, actor=actor)
    return category


@transaction.atomic
def edit_category(
    *, category: Category, actor: User | None, restricted_to: Collection[Team] | None = None, **fields: Any
) -> Category:
    """Change columns of a category; inside another it takes all below it along. Its tickets stay with it."""
    require_ruler(actor)
    category = locked(category)
    try:
        changes = change(category, fields)
    except ValidationError as error:
        raise AnswersMissing(error.message_dict) from error
    if changes:
        record("category.edited", category, actor=actor, changes=changes)
    if restricted_to is not None:
        restrict_category(category=category, teams=restricted_to, actor=actor)
    return category


@transaction.atomic
def restrict_category(*, category: Category, teams: Collection[Team], actor: User | None) -> None:
    """Say which teams alone see the tickets that are opened in it from now on. Administrators decide that."""
    require_ruler(actor)
    before = sorted(category.restricted_to.values_list("name", flat=True))
    after = sorted(team.name for team in teams)
    if before == after:
        return
    if actor is not None and not access_of(actor).roles & Role.ADMINISTRATOR:
        raise PermissionDenied(_("Only administrators say who sees the tickets of a category."))
    category.restricted_to.set(teams)
    record("category.edited", category, actor=actor, changes={"restricted_to": [before, after]})


@transaction.atomic
def retire_category(*, category: Category, actor: User | None) -> int:
    """Take a category and all inside it out of use; how many. Tickets keep theirs, new ones cannot get it."""
    require_ruler(actor)
    in_use = list(Category.objects.under(category).filter(is_active=True).select_for_update(no_key=True, of=("self",)))
    for each in in_use:
        each.is_active = False
        each.save(update_fields=["is_active"])
        record("category.retired", each, actor=actor, changes={"is_active": [True, False]})
    return len(in_use)


@transaction.atomic
def restore_category(*, category: Category, actor: User | None) -> Category:
    """Put a category back into use, with all above it. What is inside it stays as it is."""
    require_ruler(actor)
    above = Category.objects.filter(pk__in=category.ancestor_ids(), is_active=False)
    for each in above.select_for_update(no_key=True, of=("self",)):
        each.is_active = True
        each.save(update_fields=["is_active"])
        record("category.restored", each, actor=actor, changes={"is_active": [False, True]})
    category.refresh_from_db()
    return category


@transaction.atomic
def add_question(*, category: Category, actor: User | None, **fields: Any) -> CategoryQuestion:
    """Add a question at the end of a category's script."""
    require_ruler(actor)
    category = locked(category)
    last = category.questions.aggregate(last=Max("order"))["last"]
    question = CategoryQuestion(category=category, order=0 if last is None else last + 1, **fields)
    _check(question)
    question.save()
    record("category.question_added", category, actor=actor, data={"question": question.text})
    return question


@transaction.atomic
def edit_question(*, question: CategoryQuestion, actor: User | None, **fields: Any) -> CategoryQuestion:
    """Change a question. Answers that were given keep the words that were asked."""
    require_ruler(actor)
    question = locked(question)
    before = {name: getattr(question, name) for name in fields}
    for name, value in fields.items():
        setattr(question, name, value)
    _check(question)
    changes = {name: [old, fields[name]] for name, old in before.items() if old != fields[name]}
    if changes:
        question.save(update_fields=list(changes))
        words = {f"question_{name}": values for name, values in changes.items()}
        record(
            "category.question_edited",
            question.category,
            actor=actor,
            changes=words,
            data={"question": question.text},
        )
    return question


@transaction.atomic
def remove_question(*, question: CategoryQuestion, actor: User | None) -> None:
    """Ask it no more. Answers that were given stay on their tickets."""
    require_ruler(actor)
    category, text = question.category, question.text
    if CategoryQuestion.objects.filter(pk=question.pk).delete()[0]:
        record("category.question_removed", category, actor=actor, data={"question": text})


@transaction.atomic
def move_question(*, question: CategoryQuestion, up: bool, actor: User | None) -> None:
    """Ask a question one place earlier or later."""
    require_ruler(actor)
    category = locked(question.category)
    questions = list(category.questions.order_by("order", "pk"))
    place = next((index for index, each in enumerate(questions) if each.pk == question.pk), None)
    if place is None:
        raise Refused(_("This question is not asked any more."))
    other = place - 1 if up else place + 1
    if not 0 <= other < len(questions):
        return
    questions[place], questions[other] = questions[other], questions[place]
    for order, each in enumerate(questions):
        if each.order != order:
            each.order = order
            each.save(update_fields=["order"])
    record("category.questions_ordered", category, actor=actor, data={"question": question.text})


def _check(question: CategoryQuestion) -> None:
    try:
        question.clean_fields(exclude=["category", "order"])
    except ValidationError as error:
        raise AnswersMissing(error.message_dict) from error
    if question.kind == CategoryQuestion.Kind.CHOICE and len(lines_of(question.choices)) < 2:
        raise AnswersMissing({"choices": [_("Give at least two choices, each on a line of its own.")]})
