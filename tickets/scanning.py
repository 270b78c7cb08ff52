"""Asking the scanner that a setting names about files that came in. Without one, nothing waits."""

from collections.abc import Callable

from django.conf import settings
from django.core.files import File
from django.utils.module_loading import import_string

from core.models import Activity
from core.subscriptions import on
from tickets.models import Attachment
from tickets.services.files import pass_or_refuse

Scanner = Callable[[File], str | None]
"""`scanner(file)` gives the reason why a file is refused, or None when it is clean. An error means: ask again later."""


@on("ticket.attached")
def scan_new_files(activity: Activity) -> None:
    """Have the files that wait checked; a scanner that is down is asked again, as every delivery is."""
    if not settings.ATTACHMENT_SCANNER:
        return
    scanner: Scanner = import_string(settings.ATTACHMENT_SCANNER)
    waiting = Attachment.objects.filter(pk__in=activity.data.get("attachments", ()), scan=Attachment.Scan.PENDING)
    for attachment in waiting.select_related("ticket"):
        with attachment.file.open("rb") as content:
            reason = scanner(content)
        pass_or_refuse(attachment=attachment, is_clean=reason is None, reason=reason or "")
