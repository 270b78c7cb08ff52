"""Sending the mails that wait: claimed with a lease, sent outside any transaction, marked afterwards.

A mail goes out at least once. It goes out twice only when its worker dies between the server's "accepted" and the mark,
and then under the same Message-ID. What fails is tried again with growing delay, and then put aside; none is dropped.
"""

import logging
import smtplib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.core.mail import get_connection
from django.db import connection, transaction
from django.db.models.functions import Now

from accounts.models import User
from core import nudges
from core.models import Activity
from core.sweeps import sweep
from notifications.messages import compose
from notifications.models import Mail
from notifications.services import MAIL_TASK
from notifications.subjects import news

logger = logging.getLogger(__name__)

ATTEMPTS = 14
"""After so many failures a mail is put aside for an administrator: about two days of growing delay."""

LEASE_SECONDS = 60
BUDGET_SECONDS = 20
KEPT_FOR = timedelta(days=90)

_DUE = "sent_at IS NULL AND failed_at IS NULL AND withdrawn_at IS NULL"
_DELAY = "make_interval(secs => least(30 * 2 ^ (attempts - 1), 28800))"  # 30 s, 1 min, 2 min … 8 h

_CLAIM = f"""
UPDATE notifications_mail SET attempts = attempts + 1,
  leased_until = clock_timestamp() + make_interval(secs => %(lease)s)
WHERE id = (
  SELECT id FROM notifications_mail
  WHERE {_DUE} AND next_at <= clock_timestamp() AND attempts {{tried}}
    AND (leased_until IS NULL OR leased_until < clock_timestamp())
  ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""
_CLAIM_FRESH = _CLAIM.format(tried="= 0")
_CLAIM_TRIED = _CLAIM.format(tried="> 0")
_SENT = "sent_at = clock_timestamp(), leased_until = NULL, error = '', address = %(address)s"
_WITHDRAWN = "withdrawn_at = clock_timestamp(), leased_until = NULL, error = %(error)s"
_PUT_OFF = f"""
error = %(error)s, leased_until = NULL, next_at = clock_timestamp() + {_DELAY},
failed_at = CASE WHEN %(final)s OR attempts >= {ATTEMPTS} THEN clock_timestamp() END
"""


@sweep("mails")
def send_due() -> int:
    """Send the mails that are due, new ones first; how many were tried. A server that is away ends the turn."""
    tried = 0
    with _server() as server:
        for mail in _claimed(time.monotonic() + BUDGET_SECONDS):
            tried += 1
            if not _send(mail, server):
                break
    return tried


def _claimed(ends: float) -> Iterator[Mail]:
    for query in (_CLAIM_FRESH, _CLAIM_TRIED):
        while time.monotonic() < ends and (mail := _claim(query)):
            yield mail


@contextmanager
def _server() -> Iterator[Any]:
    """One connection for a whole turn, opened by the first mail and closed at the end whatever happens."""
    server = get_connection()
    try:
        yield server
    finally:
        try:
            server.close()
        except Exception as error:
            logger.info("The mail server ended the connection: %s", error)


def _claim(query: str) -> Mail | None:
    with connection.cursor() as cursor:
        cursor.execute(query, {"lease": LEASE_SECONDS})
        found = cursor.fetchone()
    return Mail.objects.select_related("user").get(pk=found[0]) if found else None


def _send(mail: Mail, server: Any) -> bool:
    """Send one claimed mail, or say why not; False when the server cannot be reached, so that others wait too."""
    if mail.attempts > ATTEMPTS:
        _mark(mail, _PUT_OFF, error="The worker ended while it was at it, each time.", final=True)
        return True
    try:
        if refusal := _unsendable(mail.user):
            _mark(mail, _WITHDRAWN, error=refusal)
            return True
        activity = Activity.objects.select_related("actor").get(pk=mail.activity_id)
        found = news(mail.user, [activity]).get(activity.pk)
        if found is None:
            _mark(mail, _WITHDRAWN, error="The person may not read it any more.")
            return True
        message = compose(mail, mail.user, found)
    except Exception as error:
        logger.exception("Mail %s could not be written", mail.pk)
        _mark(mail, _PUT_OFF, error=f"{type(error).__name__}: {error}", final=False)
        return True
    return _hand_over(mail, message, server)


def _hand_over(mail: Mail, message: Any, server: Any) -> bool:
    try:
        server.open()
        server.send_messages([message])
    except Exception as error:
        logger.warning("Mail %s was not taken, attempt %s: %s", mail.pk, mail.attempts, error)
        _mark(mail, _PUT_OFF, error=f"{type(error).__name__}: {error}", final=_is_final(error))
        return isinstance(error, smtplib.SMTPDataError | smtplib.SMTPRecipientsRefused)  # of this mail alone
    _mark(mail, _SENT, address=mail.user.email)
    return True


def _unsendable(person: User) -> str:
    if not person.is_active:
        return "The person is no longer active."
    return "" if person.email else "The person has no mail address any more."


def _is_final(error: Exception) -> bool:
    """Whether the server refused the address itself, for good."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(code >= 500 for code, _words in error.recipients.values())


def _mark(mail: Mail, assignments: str, **values: Any) -> None:
    """Write the outcome of the attempt that `mail` was claimed for; nothing when it was claimed again since."""
    if "error" in values:
        values["error"] = str(values["error"])[:2000].replace("\0", "")
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE notifications_mail SET {assignments} WHERE id = %(id)s AND attempts = %(attempts)s AND {_DUE}",
            {**values, "id": mail.pk, "attempts": mail.attempts},
        )


def retry(*mail_ids: int) -> int:
    """Give mails that were put aside, or wait for their next try, a new round of attempts; how many these were."""
    waiting = Mail.objects.filter(pk__in=mail_ids, sent_at=None, withdrawn_at=None)
    count = waiting.update(attempts=0, failed_at=None, leased_until=None, next_at=Now())
    transaction.on_commit(lambda: nudges.nudge(MAIL_TASK), robust=True)
    return count


def prune(limit: int = 10_000) -> int:
    """Delete mails that ended long ago, at most `limit`; what waits or was put aside stays whatever its age."""
    ended = Mail.objects.filter(failed_at=None, created_at__lt=Now() - KEPT_FOR).exclude(
        sent_at=None, withdrawn_at=None
    )
    return Mail.objects.filter(pk__in=ended.order_by("pk").values("pk")[:limit]).delete()[0]
