"""Handing a ticket to a supplier, following it up, and getting it back. Several suppliers may have it at once."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import access_of
from accounts.models import Organisation, User
from core.activity import record
from core.exceptions import AnswersMissing, Refused
from core.kinds import kind_of
from core.models import Activity
from tickets.models import Referral, Ticket

EDITABLE = ("reference", "contact", "question", "promised_at")


@transaction.atomic
def refer(
    *,
    ticket: Any,
    supplier: Organisation,
    actor: User | None,
    reference: str = "",
    contact: str = "",
    question: str = "",
    promised_at: datetime | None = None,
    at: datetime | None = None,
) -> Referral:
    """Hand a ticket to a supplier. Its people see the ticket from now on, and the words that are meant for them."""
    ticket = kind_of(ticket).locked(ticket.pk)
    _for_desk(ticket, actor)
    moment = at or timezone.now()
    if supplier.kind != Organisation.Kind.SUPPLIER or not supplier.is_active:
        raise AnswersMissing({"supplier": [_("%(name)s is not a supplier in use.") % {"name": supplier.name}]})
    if ticket.stage not in (Ticket.Stage.OPEN, Ticket.Stage.WAITING):
        raise Refused(_("The ticket is no longer being worked on."))
    if Referral.objects.filter(ticket_id=ticket.pk, supplier=supplier, returned_at=None).exists():
        raise Refused(_("%(name)s has it already.") % {"name": supplier.name})
    _refuse_past_promise(promised_at, moment)
    referral = Referral(
        ticket_id=ticket.pk,
        supplier=supplier,
        handed_over_at=moment,
        created_by=actor,
        reference=reference.strip(),
        contact=contact.strip(),
        question=question.strip(),
        promised_at=promised_at,
    )
    _check(referral)
    referral.save()
    if supplier.pk not in ticket.supplier_ids:
        ticket.supplier_ids = [*ticket.supplier_ids, supplier.pk]
        ticket.save(update_fields=["supplier_ids"])
    _tell("ticket.referred", ticket, referral, actor, at=moment)
    return referral


@transaction.atomic
def chase(*, referral: Referral, actor: User | None, note: str = "", at: datetime | None = None) -> Referral:
    """Ask the supplier how it stands; counted."""
    ticket, referral = _locked(referral)
    _for_desk(ticket, actor)
    _still_open(referral)
    referral.chased_at = at or timezone.now()
    referral.chase_count += 1
    referral.save(update_fields=["chased_at", "chase_count"])
    _tell("ticket.referral_chased", ticket, referral, actor, at=at, note=note, count=referral.chase_count)
    return referral


@transaction.atomic
def edit_referral(*, referral: Referral, actor: User | None, **fields: Any) -> Referral:
    """Change their reference, the contact, what was promised, and, by the desk, the question."""
    ticket, referral = _locked(referral)
    is_theirs = _is_of_supplier(actor, referral)
    allowed = tuple(name for name in EDITABLE if name != "question") if is_theirs else EDITABLE
    if not is_theirs:
        _for_desk(ticket, actor)
    _still_open(referral)
    if unknown := sorted(set(fields) - set(allowed)):
        raise AnswersMissing({name: [_("This cannot be changed.")] for name in unknown})
    changes = {}
    for name, value in fields.items():
        if getattr(referral, name) != value:
            changes[name] = [_shown(getattr(referral, name)), _shown(value)]
            setattr(referral, name, value)
    if not changes:
        return referral
    if "promised_at" in changes:
        _refuse_past_promise(referral.promised_at, timezone.now())
    _check(referral)
    referral.save(update_fields=list(changes))
    _tell("ticket.referral_edited", ticket, referral, actor, changes=changes)
    return referral


@transaction.atomic
def take_back(*, referral: Referral, actor: User | None, answer: str = "", at: datetime | None = None) -> Referral:
    """The desk ends a referral: the supplier told it by other means, or is not needed any more."""
    ticket, referral = _locked(referral)
    _for_desk(ticket, actor)
    return _end(ticket, referral, actor, answer, at, "ticket.referral_taken_back")


@transaction.atomic
def hand_back(*, referral: Referral, actor: User, answer: str, at: datetime | None = None) -> Referral:
    """The supplier's own people return the ticket with their answer."""
    ticket, referral = _locked(referral)
    if not _is_of_supplier(actor, referral):
        raise PermissionDenied(_("Only the supplier who has it may hand it back."))
    if not answer.strip():
        raise AnswersMissing({"answer": [_("Say what you found or did.")]})
    return _end(ticket, referral, actor, answer, at, "ticket.referral_returned")


def visible_referrals(ticket: Any, user: Any) -> Any:
    """The referrals that a person may know of: the desk all, a supplier its own, a requester none."""
    access = access_of(user)
    referrals = Referral.objects.visible_to(user).filter(ticket_id=ticket.pk).select_related("supplier")
    if access.supplier_id is not None:
        return referrals.filter(supplier_id=access.supplier_id)
    return referrals if access.reads_desk else referrals.none()


def _end(ticket: Any, referral: Referral, actor: User | None, answer: str, at: datetime | None, verb: str) -> Referral:
    _still_open(referral)
    moment = at or timezone.now()
    if moment < referral.handed_over_at:
        raise AnswersMissing({"returned_at": [_("It was handed over later than that.")]})
    referral.returned_at, referral.answer = moment, answer.strip()
    referral.save(update_fields=["returned_at", "answer"])
    _tell(verb, ticket, referral, actor, at=moment)
    return referral


def _locked(referral: Referral) -> tuple[Any, Referral]:
    ticket = kind_of(referral.ticket).locked(referral.ticket_id)
    return ticket, Referral.objects.select_for_update(of=("self",)).select_related("supplier").get(pk=referral.pk)


def _for_desk(ticket: Any, actor: User | None) -> None:
    if not ticket.acts_for_desk(actor):
        raise PermissionDenied(_("You may not refer this ticket."))


def _is_of_supplier(actor: User | None, referral: Referral) -> bool:
    return actor is not None and access_of(actor).supplier_id == referral.supplier_id


def _still_open(referral: Referral) -> None:
    if not referral.is_open:
        raise Refused(_("%(name)s has returned it already.") % {"name": referral.supplier.name})


def _refuse_past_promise(promised_at: datetime | None, moment: datetime) -> None:
    if promised_at is not None and promised_at < moment:
        raise AnswersMissing({"promised_at": [_("A promise lies ahead.")]})


def _check(referral: Referral) -> None:
    try:
        referral.clean_fields(exclude=["ticket", "supplier", "created_by"])
    except ValidationError as error:
        raise AnswersMissing(error.message_dict) from error


def _shown(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _tell(verb: str, ticket: Any, referral: Referral, actor: User | None, **rest: Any) -> None:
    """Record for the desk and this supplier: `data` names it, and its people alone are told besides the desk."""
    at, changes = rest.pop("at", None), rest.pop("changes", {})
    record(
        verb,
        ticket,
        actor=actor,
        at=at,
        audience=Activity.Audience.SUPPLIER,
        changes=changes,
        data={"referral": referral.pk, "supplier": referral.supplier_id, **rest},
    )
