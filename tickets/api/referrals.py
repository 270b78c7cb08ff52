"""A ticket in a supplier's hands. The desk sees all of its referrals, a supplier its own, a requester none."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from accounts.access import access_of
from accounts.api.readers import desk
from accounts.models import Organisation
from core.api.filters import Filter, moment, reference
from core.api.idempotency import once
from core.api.inputs import Input, Moment, Reference, Text, validated
from core.api.resources import Field, Order, Resource
from core.api.views import after_writing
from tickets.api.below import CreatingListBelow, EditingOneBelow
from tickets.api.fields import at, counted, keyed, person, words
from tickets.models import Referral
from tickets.services.referring import chase, edit_referral, hand_back, refer, take_back


def _for_caller(request: Request) -> Any:
    access = access_of(request.user)
    rows = Referral.objects.visible_to(request.user)
    if access.supplier_id is not None:
        return rows.filter(supplier_id=access.supplier_id)
    return rows if access.reads_desk else rows.none()


REFERRALS = Resource(
    name="referrals",
    label=_("A ticket handed to a supplier"),
    label_plural=_("Referrals"),
    about=_("The desk sees all, a supplier's people their own."),
    model=Referral,
    rows=_for_caller,
    key="id",
    fields=(
        Field("id", serializers.IntegerField()),
        keyed("supplier"),
        words("reference", _("The supplier's own number.")),
        words("contact"),
        words("question"),
        Field("handed_over_at", serializers.DateTimeField()),
        at("promised_at"),
        at("chased_at"),
        counted("chase_count"),
        at("returned_at", _("Null while they have it.")),
        words("answer"),
        person("created_by", nullable=True, shown=desk),
    ),
    filters={
        "supplier": reference("supplier__key"),
        "returned_at": Filter("returned_at", moment, nullable=True),
        "promised_at": Filter("promised_at", moment, nullable=True),
    },
    orders={"handed_over_at": Order("handed_over_at", moment)},
    default_order="-handed_over_at",
)


class EditedReferral(Input):
    """What may change while the supplier has it."""

    reference = Text(required=False, allow_blank=True, max_length=100)
    contact = Text(required=False, allow_blank=True, max_length=150)
    question = Text(required=False, allow_blank=True, max_length=10_000)
    promised_at = Moment(required=False, allow_null=True)


class NewReferral(EditedReferral):
    """To whom the ticket is handed."""

    supplier = Reference(lambda request: Organisation.objects.filter(kind=Organisation.Kind.SUPPLIER, is_active=True))


class Chase(Input):
    """What was said when they were asked."""

    note = Text(required=False, allow_blank=True, max_length=2_000)


class Return(Input):
    """What they found or did."""

    answer = Text(required=False, allow_blank=True, max_length=10_000)


class ReferralsView(CreatingListBelow):
    resource = REFERRALS
    by_desk = True
    input = NewReferral

    def create(self, request: Request, data: dict[str, Any]) -> Referral:
        return refer(ticket=self.ticket, actor=self.person, **data)


class ReferralView(EditingOneBelow):
    resource = REFERRALS
    input = EditedReferral

    def edit(self, request: Request, record: Referral, data: dict[str, Any]) -> None:
        edit_referral(referral=record, actor=self.person, **data)


class _ReferralVerb(EditingOneBelow):
    """A verb on one referral, at an address of its own."""

    resource = REFERRALS
    http_method_names = ["post", "options"]

    def post(self, request: Request, **kwargs: Any) -> Any:
        self.refuse_unknown_parameters("fields", "expand")
        assert self.ticket
        return once(request, self.caller, self._work)

    def _work(self) -> Any:
        record = self.locked()
        self.edit(self.request, record, validated(self.input, self.request))
        return after_writing(self.resource, self.request, record)


class ChaseView(_ReferralVerb):
    """Counts that the supplier was asked how it stands."""

    input = Chase
    about = {"POST": _("Counts that the supplier was asked how it stands.")}

    def edit(self, request: Request, record: Referral, data: dict[str, Any]) -> None:
        chase(referral=record, actor=self.person, **data)


class ReturnView(_ReferralVerb):
    """Ends the referral: by the supplier's people, who must say what they did, or by the desk."""

    input = Return
    about = {"POST": _("Ends the referral: by the supplier's people, with their answer, or by the desk.")}

    def edit(self, request: Request, record: Referral, data: dict[str, Any]) -> None:
        if access_of(request.user).supplier_id is not None:
            hand_back(referral=record, actor=self.person, answer=data.get("answer", ""))
        else:
            take_back(referral=record, actor=self.person, answer=data.get("answer", ""))
