"""Files come in within bounds, under harmless names, as what they are; and go out as nothing that can act."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.exceptions import AnswersMissing
from core.models import Activity
from tickets.files import LONGEST_NAME, content_type_of, safe_name
from tickets.models import Attachment, Ticket
from tickets.scanning import scan_new_files
from tickets.search import search
from tickets.services.files import attach
from tickets.services.words import add_comment

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><circle r="4"/></svg>'


def upload(name="log.txt", content=b"all is well", content_type="text/plain"):
    return SimpleUploadedFile(name, content, content_type)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("log.txt", "log.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ben\\log.txt", "log.txt"),
        ("a\x00b.txt", "ab.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("zero\u200bwidth\ufeff.txt", "zerowidth.txt"),
        ("line\r\nbreak.txt", "linebreak.txt"),
        ('quo"te<b>.txt', "quo_te_b_.txt"),
        ("con.txt", "con_.txt"),
        ("COM1", "COM1_"),
        ("console.txt", "console.txt"),
        (" trailing. . ", "trailing"),
        ("...", "file"),
        ("", "file"),
        ("\u202e\x00", "file"),
        ("cafe\u0301.txt", "café.txt"),
        ("日本語 📄.pdf", "日本語 📄.pdf"),
        ("\ud800lone.txt", "lone.txt"),
    ],
)
def test_names_are_made_harmless(given, kept):
    assert safe_name(given) == kept


def test_a_long_name_keeps_its_extension():
    kept = safe_name("x" * 500 + ".tar")

    assert len(kept) == LONGEST_NAME
    assert kept.endswith("x.tar")
    assert len(safe_name("y" * 500)) == LONGEST_NAME


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"GIF89a\x01\x00", "image/gif"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"MZ\x90\x00", "application/x-msdownload"),
        (b"plain words", "text/plain"),
        (b"a;b\n1;2\n", "text/plain"),
        (SVG, "image/svg+xml"),
        (b"\xef\xbb\xbf  <?xml version='1.0'?><!-- x --><svg/>", "image/svg+xml"),
        ("<svg/>".encode("utf-16"), "image/svg+xml"),
        (b"<!-- hello --><script>alert(1)</script>", "text/html"),
        (b"<!DOCTYPE html><p>hello", "text/html"),
        (b"\x00\x01\x02\x03\xfe\xfe", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_content_says(content, content_type):
    assert content_type_of(content) == content_type


pytestmark = pytest.mark.django_db


@pytest.fixture
def stored(ticket, requester):
    def store(content=b"all is well", name="log.txt", **fields):
        arguments = {"ticket": ticket, "actor": requester, "audience": "requester", **fields}
        return attach(files=[upload(name, content)], **arguments)[0]

    return store


def get(signed_in, person, attachment, query=""):
    return signed_in(person).get(reverse("file", args=[attachment.key]) + query)


def test_a_file_is_kept_with_its_digest_under_a_name_of_ours(stored, ticket, requester):
    kept = stored(b"hello", "../notes\u202e.txt")

    assert kept.name == "notes.txt"
    assert kept.sha256 == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    assert kept.size == 5
    assert "notes" not in kept.file.name
    assert kept.file.open("rb").read() == b"hello"
    activity = Activity.objects.get(verb="ticket.attached", subject_id=ticket.pk)
    assert activity.data["attachments"] == [kept.pk]
    assert activity.audience == "requester"
    assert search(requester, "notes").hits[0].ticket.pk == ticket.pk


def test_the_name_and_the_browsers_word_do_not_decide_what_a_file_is(ticket, requester):
    page = attach(
        ticket=ticket,
        actor=requester,
        audience="requester",
        files=[upload("photo.png", b"<html><script>alert(1)</script>", "image/png")],
    )[0]

    assert page.content_type == "text/html"


def test_a_drawing_with_a_program_is_refused_and_one_without_is_kept(stored):
    for evil in (
        b'<svg onload="alert(1)"/>',
        b"<svg><script>alert(1)</script></svg>",
        b'<svg><a href="javascript:alert(1)"/></svg>',
        b"<svg><foreignObject/></svg>",
        b"<svg>" + b" " * 70_000 + b"<script/></svg>",
    ):
        with pytest.raises(AnswersMissing, match="drawing with a program"):
            stored(evil, "drawing.svg")

    assert stored(SVG, "drawing.svg").content_type == "image/svg+xml"


def test_programs_empty_files_and_too_many_or_too_large_ones_are_refused_with_their_reasons(
    ticket, requester, settings
):
    settings.ATTACHMENT_MAX_BYTES, settings.ATTACHMENT_MAX_TOTAL_BYTES, settings.ATTACHMENT_MAX_COUNT = 20, 30, 3

    def errors(*files):
        with pytest.raises(AnswersMissing) as refused:
            attach(ticket=ticket, actor=requester, audience="requester", files=list(files))
        return refused.value.errors["files"]

    assert "is empty" in errors(upload(content=b""))[0]
    assert "larger than" in errors(upload(content=b"x" * 21))[0]
    assert "is a program" in errors(upload("setup.txt", b"MZ\x90\x00"))[0]
    assert "is a program" in errors(upload("run.BAT"))[0]
    assert "Together" in errors(*[upload(content=b"x" * 19)] * 2)[0]
    assert "At most 3" in errors(*[upload(content=b"x")] * 4)[0]
    assert "Choose a file" in errors()[0]
    assert len(errors(upload("run.bat"), upload(content=b""), upload())) == 2
    assert not Attachment.objects.exists()
    assert attach(ticket=ticket, actor=requester, audience="requester", files=[upload(content=b"x" * 20)])


def test_files_share_the_audience_of_their_words(ticket, agent, requester):
    note = add_comment(ticket=ticket, text="See the dump.", actor=agent, audience="internal")

    kept = attach(ticket=ticket, files=[upload()], actor=agent, comment=note, audience="requester")[0]

    assert kept.audience == "internal"
    assert not Attachment.objects.visible_to(requester).exists()
    assert Attachment.objects.visible_to(agent).get() == kept
    assert search(requester, "log").hits == []
    assert len(search(agent, "log").hits) == 1
    with pytest.raises(PermissionDenied):
        attach(ticket=ticket, files=[upload()], actor=requester, comment=note)


def test_a_requester_cannot_attach_for_the_desk_alone(ticket, requester):
    with pytest.raises(PermissionDenied):
        attach(ticket=ticket, files=[upload()], actor=requester, audience="internal")

    assert attach(ticket=ticket, files=[upload()], actor=requester, audience="requester")


def test_a_download_is_something_to_keep_and_can_do_nothing(stored, requester, signed_in):
    response = get(signed_in, requester, stored(SVG, "naïve plan.svg"), "?inline=1")

    assert response.status_code == 200
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''na%C3%AFve%20plan.svg"
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"".join(response.streaming_content) == SVG


def test_a_page_is_never_shown_in_place_and_a_picture_only_when_asked(stored, requester, signed_in):
    picture, page = stored(PNG, "photo.png"), stored(b"<html>hello", "page.png")

    assert get(signed_in, requester, picture, "?inline=1")["Content-Disposition"].startswith("inline")
    assert get(signed_in, requester, picture, "?inline=1")["Content-Type"] == "image/png"
    assert get(signed_in, requester, picture)["Content-Disposition"].startswith("attachment")
    assert get(signed_in, requester, page, "?inline=1")["Content-Disposition"].startswith("attachment")
    assert get(signed_in, requester, page, "?inline=1")["Content-Type"] == "application/octet-stream"


def test_files_are_there_only_for_those_who_may_read_them(
    stored, ticket, signed_in, client, agent, requester, stranger, colleague, supplier, supplier_organisation, network
):
    public, internal = stored(), stored(actor=agent, audience="internal")
    Ticket.objects.filter(pk=ticket.pk).update(supplier_ids=[supplier_organisation.pk])

    assert get(signed_in, requester, public).status_code == 200
    assert get(signed_in, agent, internal).status_code == 200
    assert get(signed_in, requester, internal).status_code == 404
    for person in (stranger, colleague, supplier):
        assert get(signed_in, person, public).status_code == 404
    assert client.get(reverse("file", args=[public.key])).status_code == 302
    Ticket.objects.filter(pk=ticket.pk).update(is_restricted=True, restricted_team_ids=[network.pk], reader_ids=[])
    assert get(signed_in, agent, internal).status_code == 404


def refuses_eicar(content):
    return "EICAR" if b"EICAR" in content.read() else None


def test_where_a_scanner_is_set_a_file_waits_until_it_passed(
    ticket, requester, agent, signed_in, settings, django_capture_on_commit_callbacks
):
    settings.ATTACHMENT_SCANNER = f"{__name__}.refuses_eicar"
    good, bad = attach(
        ticket=ticket,
        actor=requester,
        audience="requester",
        files=[upload("good.txt"), upload("bad.txt", b"EICAR test")],
    )
    assert get(signed_in, requester, good).status_code == 404
    assert get(signed_in, agent, good).status_code == 403

    for _ in range(2):
        scan_new_files(Activity.objects.get(verb="ticket.attached"))

    assert get(signed_in, requester, good).status_code == 200
    assert get(signed_in, requester, bad).status_code == 404
    assert get(signed_in, agent, bad).status_code == 403
    assert Activity.objects.filter(verb="ticket.file_checked").count() == 2


def test_a_file_that_is_gone_from_the_store_is_not_found(stored, requester, signed_in):
    kept = stored()
    kept.file.storage.delete(kept.file.name)

    assert get(signed_in, requester, kept).status_code == 404
