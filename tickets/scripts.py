"""First-contact scripts: the questions of a category as form fields, and their answers as the ticket keeps them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.models import Category, CategoryQuestion

PREFIX = "script_"


def questions_of(category: Category | None, *, for_requester: bool = False) -> list[CategoryQuestion]:
    """The questions of a category and of those above it, the general ones first."""
    if category is None:
        return []
    questions = CategoryQuestion.objects.filter(category_id__in=category.ancestor_ids()).select_related("category")
    if for_requester:
        questions = questions.filter(is_for_requester=True)
    return sorted(questions, key=lambda question: (question.category.depth, question.order, question.pk))


def fields_for(questions: Iterable[CategoryQuestion]) -> dict[str, forms.Field]:
    """A form field for each question, by name."""
    return {f"{PREFIX}{question.pk}": _field(question) for question in questions}


def lines_of(text: str) -> list[str]:
    """The choices of a question, one a line, each once."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _field(question: CategoryQuestion) -> forms.Field:
    rest: dict[str, Any] = {"label": question.text, "required": question.is_required}
    if question.kind == CategoryQuestion.Kind.YES_NO:
        return forms.ChoiceField(
            choices=[("yes", _("Yes")), ("no", _("No")), *([] if question.is_required else [("", _("Not known"))])],
            widget=forms.RadioSelect,
            **rest,
        )
    if question.kind == CategoryQuestion.Kind.CHOICE:
        choices = [(line, line) for line in lines_of(question.choices)]
        return forms.ChoiceField(choices=[("", _("Choose")), *choices], **rest)
    return forms.CharField(max_length=500, **rest)


def kept(questions: Iterable[CategoryQuestion], cleaned: Mapping[str, Any]) -> dict[str, str]:
    """The answers by the question's words, so that they still read when the script has changed."""
    answers = {question.text: cleaned.get(f"{PREFIX}{question.pk}") for question in questions}
    return {text: str(answer) for text, answer in answers.items() if answer not in (None, "")}
