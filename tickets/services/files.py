"""Files on a ticket: taken in, checked, refused."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from core.activity import record
from core.exceptions import AnswersMissing
from core.kinds import kind_of
from core.models import Activity
from tickets.files import Examined, examine
from tickets.models import Attachment, Comment
from tickets.services.words import audience_for


@transaction.atomic
def attach(
    *,
    ticket: Any,
    files: Sequence[UploadedFile],
    actor: User | None,
    audience: str = Activity.Audience.INTERNAL,
    supplier: Organisation | None = None,
    comment: Comment | None = None,
    at: datetime | None = None,
) -> list[Attachment]:
    """Attach files for an audience, or with a comment for its audience.

    All go in, or `AnswersMissing` says why none did. Where a scanner is set, a file is not given out until it passed.
    """
    examined = _examined(files)
    ticket = kind_of(ticket).locked(ticket.pk)
    if comment is not None:
        if comment.ticket_id != ticket.pk or (comment.author_id != (actor.pk if actor else None)):
            raise PermissionDenied(_("You may add files to your own words only."))
        audience, supplier_id = comment.audience, comment.supplier_id
    else:
        audience, supplier = audience_for(ticket, actor, audience, supplier)
        supplier_id = supplier.pk if supplier else None
    moment = at or timezone.now()
    attachments = [
        Attachment.objects.create(
            ticket_id=ticket.pk,
            comment=comment,
            uploaded_by=actor,
            file=uploaded,
            name=what.name,
            size=what.size,
            content_type=what.content_type,
            sha256=_digest(uploaded),
            audience=audience,
            supplier_id=supplier_id,
            scan=Attachment.Scan.PENDING if settings.ATTACHMENT_SCANNER else Attachment.Scan.PASSED,
            created_at=moment,
        )
        for uploaded, what in zip(files, examined, strict=True)
    ]
    type(ticket).objects.filter(pk=ticket.pk).update(updated_at=moment)
    record(
        "ticket.attached",
        ticket,
        actor=actor,
        at=moment,
        audience=audience,
        data={
            "attachments": [each.pk for each in attachments],
            "comment": comment.pk if comment else None,
            "supplier": supplier_id,
        },
    )
    return attachments


@transaction.atomic
def pass_or_refuse(*, attachment: Attachment, is_clean: bool, reason: str = "") -> Attachment:
    """Write down what the scanner found. Safe to do twice."""
    ticket = kind_of(attachment.ticket).locked(attachment.ticket_id)
    attachment = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment.pk)
    if attachment.scan != Attachment.Scan.PENDING:
        return attachment
    attachment.scan = Attachment.Scan.PASSED if is_clean else Attachment.Scan.REFUSED
    attachment.save(update_fields=["scan"])
    record(
        "ticket.file_checked",
        ticket,
        data={"attachment": attachment.pk, "result": attachment.scan, "reason": reason[:200]},
    )
    return attachment


def _examined(files: Sequence[UploadedFile]) -> list[Examined]:
    """What the files are; `AnswersMissing` with every reason why they are refused."""
    if not files:
        raise AnswersMissing({"files": [_("Choose a file.")]})
    reasons, found = [], []
    for uploaded in files:
        examined, reason = examine(uploaded.name or "", uploaded.size or 0, uploaded)  # type: ignore[arg-type]  # reads like a binary file
        found.append(examined)
        if reason:
            reasons.append(reason)
    if len(files) > settings.ATTACHMENT_MAX_COUNT:
        reasons.append(_("At most %(n)d files at once.") % {"n": settings.ATTACHMENT_MAX_COUNT})
    total = settings.ATTACHMENT_MAX_TOTAL_BYTES
    if sum(each.size for each in found) > total:
        reasons.append(_("Together they are larger than %(limit)s.") % {"limit": filesizeformat(total)})
    if reasons:
        raise AnswersMissing({"files": reasons})
    return found


def _digest(uploaded: UploadedFile) -> str:
    digest = hashlib.sha256()
    uploaded.seek(0)
    for chunk in uploaded.chunks():
        digest.update(chunk)
    uploaded.seek(0)
    return digest.hexdigest()
