"""What may be attached, under which name, and as what: rules over plain values, with no rows in them.

What a file is, its content says, never its name. Names are made harmless for every system that may keep the file.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import BinaryIO

import puremagic
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

LONGEST_NAME = 120
PLAIN = "application/octet-stream"
RASTERS = ("image/png", "image/jpeg", "image/gif", "image/webp")
"""What a browser may show by itself: pictures that can hold no program."""

_HEAD = 64 * 1024
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
)
_MARKUP = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|script|iframe|svg|\?xml|!doctype\s+svg)", re.IGNORECASE)
_ACTIVE = re.compile(
    rb"<\s*(?:\w+:)?(?:script|foreignobject|iframe|object|embed|handler|set|animate)\b|\son\w+\s*=|javascript:|data:text|<!entity",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Examined:
    """A file that may be attached: its harmless name and what it really is."""

    name: str
    content_type: str
    size: int


def safe_name(given: str) -> str:
    """The last part of a name, without what deceives the eye or another system; never empty.

    Gone are folders, control and invisible characters, those that turn the reading direction, names that a system
    reserves, and dots and blanks at the ends. The extension survives a cut.
    """
    name = unicodedata.normalize("NFC", given)
    name = _INVISIBLE.sub("", name.replace("\\", "/")).rsplit("/", 1)[-1]
    name = _FORBIDDEN.sub("_", "".join(each for each in name if unicodedata.category(each) not in ("Cs", "Co", "Cn")))
    name = re.sub(r"\s+", " ", name).strip(" .")
    name = _RESERVED.sub(r"\1_", name)
    if not name:
        return "file"
    stem, dot, extension = name.rpartition(".")
    if len(name) > LONGEST_NAME and dot and len(extension) <= 10:
        return f"{stem[: LONGEST_NAME - len(extension) - 1].rstrip(' .')}.{extension}"
    return name[:LONGEST_NAME].rstrip(" .")


def content_type_of(head: bytes) -> str:
    """What a file is, from its first bytes: a media type, `application/octet-stream` when nothing is known."""
    for signature, content_type in _SIGNATURES:
        if head.startswith(signature):
            return content_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if markup := _markup_type(head):
        return markup
    try:
        found = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        found = ""
    if found and not found.startswith(("image/svg", "text/html", "application/xhtml")) and found not in RASTERS:
        return found if _is_binary(head) or not found.startswith("image/") else "text/plain"
    return PLAIN if _is_binary(head) else "text/plain"


def is_active_svg(content: bytes) -> bool:
    """Whether a drawing holds a program, or may fetch one."""
    return bool(_ACTIVE.search(content))


def examine(name: str, size: int, stream: BinaryIO) -> tuple[Examined, str | None]:
    """What a file is, and why it is refused, or None. The stream is left at its beginning."""
    stream.seek(0)
    head = stream.read(_HEAD)
    examined = Examined(safe_name(name), content_type_of(head), size)
    if examined.content_type == "image/svg+xml":
        rest = stream.read() if size <= settings.ATTACHMENT_MAX_BYTES else b""
        active = is_active_svg(head + rest)
    else:
        active = False
    stream.seek(0)
    return examined, _refusal(examined, active)


def _refusal(file: Examined, active: bool) -> str | None:
    limit = settings.ATTACHMENT_MAX_BYTES
    extension = file.name.rpartition(".")[2].lower()
    if file.size == 0:
        return _("%(name)s is empty.") % {"name": file.name}
    if file.size > limit:
        return _("%(name)s is larger than %(limit)s.") % {"name": file.name, "limit": filesizeformat(limit)}
    if file.content_type in settings.ATTACHMENT_BLOCKED_TYPES or extension in settings.ATTACHMENT_BLOCKED_EXTENSIONS:
        return _("%(name)s is a program; such files are not accepted. Put it on a file share.") % {"name": file.name}
    if active:
        return _("%(name)s is a drawing with a program in it; such files are not accepted.") % {"name": file.name}
    return None


def _markup_type(head: bytes) -> str:
    """HTML and SVG by what a browser would take them for, behind byte-order marks, blanks and comments."""
    text = head
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            text = head[2:].decode(encoding, "replace").encode()
    text = text.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.startswith(b"<"):
        return ""
    lowered = text.lower()
    if b"<svg" in lowered or b":svg" in lowered:
        return "image/svg+xml"
    if _MARKUP.search(lowered) and not lowered.startswith(b"<?xml"):
        return "text/html"
    return "application/xhtml+xml" if b"http://www.w3.org/1999/xhtml" in lowered else "text/xml"


def _is_binary(head: bytes) -> bool:
    if b"\x00" in head:
        return True
    try:
        head[:4096].decode()
    except UnicodeDecodeError as error:
        return error.start < len(head[:4096]) - 4
    return False
