"""How a mail about a record is written: identity, thread, headers, and both of its forms."""

import re
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac

from accounts.models import User
from notifications.models import Mail, Notice
from notifications.subjects import News

LONGEST_SUBJECT = 180

# Controls, and the marks that turn the direction of text: none of them belongs into a header.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")


def message_id(number: str, activity_id: int, user_id: int) -> str:
    """The Message-ID of the mail that tells one person of one activity: always the same, and not to be made up.

    A mail that had to be sent twice has one identity. The last part is keyed with the secret, for one recipient: an
    answer that carries it was written by somebody who got the mail.
    """
    about = f"{number}.{activity_id}.{user_id}"
    return f"<{about}.{salted_hmac('notifications.message_id', about).hexdigest()[:24]}@{_host()}>"


def thread_id(number: str) -> str:
    """What all mails about a record refer to, so that mail clients show them together. It proves nothing."""
    return f"<{number}.thread@{_host()}>"


def _host() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]


def one_line(text: str) -> str:
    """Words from outside as a header may carry them."""
    return " ".join(_UNFIT.sub(" ", text).split())


def compose(mail: Mail, person: User, news: News) -> EmailMultiAlternatives:
    """The mail as it is sent, in the language of its reader."""
    with translation.override(person.language):
        context = {
            "news": news,
            "person": person,
            "record_url": settings.PUBLIC_URL.rstrip("/") + news.url,
            "preferences_url": settings.PUBLIC_URL.rstrip("/") + reverse("notification-preferences"),
            "reason": Notice(mail.notice).label,
        }
        text = render_to_string("mail/notice.txt", context)
        html = render_to_string("mail/notice.html", context)
    thread = thread_id(news.number)
    message = EmailMultiAlternatives(
        subject=one_line(f"[{news.number}] {news.title}")[:LONGEST_SUBJECT],
        body=text,
        to=[person.email],
        reply_to=[settings.MAIL_REPLY_TO] if settings.MAIL_REPLY_TO else None,
        headers={
            "Message-ID": mail.message_id,
            "In-Reply-To": thread,
            "References": thread,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "List-Unsubscribe": f"<{context['preferences_url']}>",
        },
    )
    message.attach_alternative(html, "text/html")
    return message
