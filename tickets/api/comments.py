"""Words on a ticket. The audience says for whom: `requester`, `internal`, or `supplier:KEY`."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api.readers import desk
from accounts.models import Organisation
from core.api.filters import Filter, moment
from core.api.inputs import Input, Text, Word
from core.api.resources import Field, Order, Resource, Row, choices_of
from core.exceptions import AnswersMissing
from core.models import Activity
from tickets.api.below import CreatingListBelow, OneBelow
from tickets.api.fields import at, person, words, yes_no
from tickets.models import Comment
from tickets.services.words import LONGEST, add_comment

Audience = Activity.Audience


def audience(row: Row, request: Request) -> str:
    return f"supplier:{row['supplier__key']}" if row["audience"] == Audience.SUPPLIER else row["audience"]


AUDIENCE = Field(
    "audience",
    serializers.CharField(help_text=gettext_lazy("requester, internal, or supplier:KEY.")),
    ("audience", "supplier__key"),
    audience,
)

COMMENTS = Resource(
    name="comments",
    label=gettext_lazy("Words on a ticket"),
    label_plural=gettext_lazy("Comments"),
    about=gettext_lazy(
        "The words that are for the caller: a requester reads no internal ones, a supplier only theirs."
    ),
    model=Comment,
    rows=lambda request: Comment.objects.visible_to(request.user),
    key="id",
    fields=(
        Field("id", serializers.IntegerField()),
        person("author", nullable=True),
        words("text"),
        Field("kind", serializers.ChoiceField(choices_of(Comment.Kind))),
        AUDIENCE,
        words("via"),
        yes_no("is_automatic"),
        yes_no("is_from_requester"),
        at("redacted_at", shown=desk),
        Field("created_at", serializers.DateTimeField()),
    ),
    filters={
        "kind": Filter("kind", choices=choices_of(Comment.Kind)),
        "audience": Filter("audience", choices=choices_of(Audience)),
        "created_at": Filter("created_at", moment),
    },
    orders={"created_at": Order("created_at", moment)},
    default_order="created_at",
)


class CommentInput(Input):
    """Words to add."""

    text = Text(max_length=LONGEST)
    audience = serializers.RegexField(
        r"^(requester|internal|supplier:[-a-zA-Z0-9_]{1,60})$",
        required=False,
        help_text=gettext_lazy("requester, internal, or supplier:KEY; left out, the desk writes internally."),
    )
    kind = Word(choices_of(Comment.Kind), required=False)


class CommentsView(CreatingListBelow):
    resource = COMMENTS
    input = CommentInput

    def create(self, request: Request, data: dict[str, Any]) -> Comment:
        word, _colon, key = data.pop("audience", self._usual_audience()).partition(":")
        supplier = None
        if word == Audience.SUPPLIER:
            supplier = Organisation.objects.filter(key=key, pk__in=self.ticket.supplier_ids).first()
            if supplier is None:
                raise AnswersMissing({"audience": [_("This supplier has not been asked about the ticket.")]})
        return add_comment(ticket=self.ticket, actor=self.person, audience=word, supplier=supplier, **data)

    def _usual_audience(self) -> str:
        speaks_for_desk = self.ticket.acts_for_desk(self.request.user)
        return Audience.INTERNAL if speaks_for_desk else Audience.REQUESTER


class CommentView(OneBelow):
    resource = COMMENTS
