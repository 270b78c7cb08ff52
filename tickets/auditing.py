"""What the audit says of changes to categories and canned replies."""

from django.utils.translation import gettext_lazy as _

from accounts.audit import add_subject
from tickets.models import CannedReply, Category


def register() -> None:
    """Called once, when the app is ready."""
    add_subject(
        Category,
        _("Categories"),
        {
            "category.created": _("Category added"),
            "category.edited": _("Category changed"),
            "category.retired": _("Category out of use"),
            "category.restored": _("Category in use again"),
            "category.question_added": _("Question added"),
            "category.question_edited": _("Question changed"),
            "category.question_removed": _("Question removed"),
            "category.questions_ordered": _("Order of questions changed"),
        },
        {
            "question_text": _("question"),
            "question_kind": _("kind of answer"),
            "question_choices": _("choices"),
            "question_is_required": _("must be answered"),
            "question_is_for_requester": _("asked in the portal too"),
        },
    )
    add_subject(
        CannedReply,
        _("Canned replies"),
        {
            "canned_reply.written": _("Reply written"),
            "canned_reply.edited": _("Reply changed"),
            "canned_reply.retired": _("Reply out of use"),
            "canned_reply.restored": _("Reply in use again"),
        },
        {"team_id": _("team")},
    )
