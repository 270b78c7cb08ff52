"""Files on a ticket: sent as multipart/form-data, fetched as they are."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from accounts.models import Organisation
from core.api import problems
from core.api.filters import Filter, moment
from core.api.idempotency import once
from core.api.inputs import Input, validated
from core.api.rendering import answer
from core.api.resources import Field, Order, Resource, choices_of
from core.api.views import read_one
from core.exceptions import AnswersMissing
from core.models import Activity
from tickets.api.below import BelowTicket, ListBelow, OneBelow
from tickets.api.comments import AUDIENCE
from tickets.api.fields import person, words
from tickets.models import Attachment
from tickets.services.files import attach
from tickets.views.files import given_out

Audience = Activity.Audience

ATTACHMENTS = Resource(
    name="attachments",
    label=gettext_lazy("A file on a ticket"),
    label_plural=gettext_lazy("Attachments"),
    about=gettext_lazy("The files whose words are for the caller. Their content is at …/content/."),
    model=Attachment,
    rows=lambda request: Attachment.objects.visible_to(request.user),
    fields=(
        Field("key", serializers.UUIDField(), value=lambda row, request: str(row["key"])),
        words("name"),
        Field("size", serializers.IntegerField(help_text=gettext_lazy("In bytes."))),
        words("content_type"),
        words("sha256"),
        AUDIENCE,
        Field("scan", serializers.ChoiceField(choices_of(Attachment.Scan))),
        Field("comment", serializers.IntegerField(allow_null=True), ("comment_id",)),
        person("uploaded_by", nullable=True),
        Field("created_at", serializers.DateTimeField()),
    ),
    filters={
        "name": Filter("name"),
        "scan": Filter("scan", choices=choices_of(Attachment.Scan)),
        "audience": Filter("audience", choices=choices_of(Audience)),
        "created_at": Filter("created_at", moment),
    },
    orders={"created_at": Order("created_at", moment), "name": Order("name", str)},
    default_order="created_at",
)


class Upload(Input):
    """One file, for an audience."""

    file = serializers.FileField(allow_empty_file=True)
    audience = serializers.RegexField(
        r"^(requester|internal|supplier:[-a-zA-Z0-9_]{1,60})$",
        required=False,
        help_text=gettext_lazy("requester, internal, or supplier:KEY; left out, the desk attaches internally."),
    )


class AttachmentsView(ListBelow):
    resource = ATTACHMENTS
    input = Upload
    parser_classes = [MultiPartParser]
    max_body = settings.ATTACHMENT_MAX_TOTAL_BYTES + 1024 * 1024

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        self.refuse_unknown_parameters("fields", "expand")
        assert self.ticket
        return once(request, self.caller, self._work)

    def _work(self) -> HttpResponse:
        data = validated(self.input, self.request)
        usual = Audience.INTERNAL if self.ticket.acts_for_desk(self.request.user) else Audience.REQUESTER
        word, _colon, key = data.get("audience", usual).partition(":")
        supplier = Organisation.objects.filter(key=key, pk__in=self.ticket.supplier_ids).first() if key else None
        if key and supplier is None:
            raise AnswersMissing({"audience": [_("This supplier has not been asked about the ticket.")]})
        try:
            attached = attach(
                ticket=self.ticket, files=[data["file"]], actor=self.person, audience=word, supplier=supplier
            )
        except AnswersMissing as missing:
            errors = {"file" if name == "files" else name: texts for name, texts in missing.errors.items()}
            raise AnswersMissing(errors) from None
        rows = self.resource.rows(self.request).filter(pk=attached[0].pk)
        _row, shown = read_one(self.resource, self.request, rows)
        return answer(shown, 201, {"Location": f"{self.request.path}{attached[0].key}/"})


class AttachmentView(OneBelow):
    resource = ATTACHMENTS


class ContentView(BelowTicket):
    """The file itself."""

    resource = ATTACHMENTS
    answers = {"GET": OpenApiTypes.BINARY}
    about = {"GET": gettext_lazy("The file itself, never to be shown inside a page.")}

    def get(self, request: Request, number: str, key: Any) -> HttpResponseBase:
        self.refuse_unknown_parameters()
        found = self.below(ATTACHMENTS).filter(key=key).first()
        if found is None:
            raise problems.not_found()
        return given_out(found, request.user)
