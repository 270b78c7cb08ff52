"""The ticket's page: its place in a list, its story while one looks, files, and what stands at its head."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.moves import perform
from incidents.services import override_priority
from tickets.models import Attachment, Link
from tickets.services.files import attach
from tickets.services.merging import merge
from tickets.services.words import add_comment

pytestmark = pytest.mark.django_db


def links(html: str) -> list[str]:
    return [each.replace("&amp;", "&") for each in re.findall(r'href="([^"]+)"', html)]


def walk(html: str) -> dict[str, str]:
    """The addresses of the previous and next ticket, and the words between them."""
    found = {}
    for name in ("Previous", "Next"):
        hit = re.search(rf'href="([^"]+)" aria-label="{name} in the list"', html)
        found[name.lower()] = hit[1].replace("&amp;", "&") if hit else ""
    place = re.search(r'<span class="meta">([^<]+)</span>\s*(?:<a class="icon-btn"|</div>)', html)
    return {**found, "place": place[1] if place else ""}


@pytest.fixture
def three(opened):
    """Three, the oldest first in a list by number that is turned round."""
    return [opened(f"Scanner {n}") for n in range(3)]


def test_a_row_leads_to_its_ticket_and_on_to_the_next_of_the_list(mara, three):
    first, second, third = three
    queue = mara.get("/incidents/?assignee=none&sort=-number").content.decode()
    address = next(each for each in links(queue) if each.startswith(f"/incidents/{second.number}/"))

    page = mara.get(address).content.decode()

    found = walk(page)
    assert found["place"] == "2 of 3"
    assert found["previous"].startswith(f"/incidents/{first.number}/?list=")
    assert found["next"].startswith(f"/incidents/{third.number}/?list=")
    assert "/incidents/?assignee=none&sort=-number" in links(page)
    assert walk(mara.get(found["next"]).content.decode())["place"] == "3 of 3"


def test_a_ticket_that_was_dealt_with_still_leads_to_the_next(mara, three, agent):
    first, second, third = three
    mara.get(f"/incidents/{second.number}/?list=assignee%3Dnone%26sort%3D-number")
    mara.post(f"/tickets/{second.number}/moves/take/")

    found = walk(mara.get(f"/incidents/{second.number}/").content.decode())

    assert "not among these 2 any more" in found["place"]
    assert found["previous"].startswith(f"/incidents/{first.number}/")
    assert found["next"].startswith(f"/incidents/{third.number}/")


def test_the_list_walked_holds_only_what_one_may_see(mara, three, opened, manager, network):
    opened("Hidden", actor=manager, restricted_teams=[network])

    page = mara.get(f"/incidents/{three[0].number}/?list=assignee%3Dnone").content.decode()

    assert walk(page)["place"].endswith("of 3")


def test_a_ticket_without_a_list_shows_no_place(mara, ticket):
    assert walk(mara.get(ticket.get_absolute_url()).content.decode())["next"] == ""


def test_the_story_is_told_again_only_when_something_happened(mara, sam, ticket, agent, manager):
    page = mara.get(ticket.get_absolute_url()).content.decode()
    url, etag = re.search(r'data-live-part="([^"]+)" data-etag="([^"]+)"', page).groups()
    url, etag = url.replace("&amp;", "&"), etag.replace("&quot;", '"')
    assert mara.get(url, headers={"If-None-Match": etag}).status_code == 304

    add_comment(ticket=ticket, text="It is the **fuser**", actor=manager)
    perform(ticket, "take", actor=manager)
    answer = mara.get(url, headers={"If-None-Match": etag})

    told = answer.content.decode()
    assert answer.status_code == 200
    assert answer.headers["ETag"] != etag
    assert "<strong>fuser</strong>" in told
    assert "Sam Whitfield wrote something." in told
    assert "Sam Whitfield took it." in told
    assert "Show the ticket as it is now" in told


def test_ones_own_doings_are_no_news(mara, ticket, agent):
    page = mara.get(ticket.get_absolute_url()).content.decode()
    url = re.search(r'data-live-part="([^"]+)"', page)[1].replace("&amp;", "&")

    add_comment(ticket=ticket, text="Mine", actor=agent)

    told = mara.get(url).content.decode()
    assert "Mine" in told
    assert "wrote something" not in told


def test_the_story_is_the_desks(signed_in, requester, stranger, ticket):
    url = f"/incidents/{ticket.number}/story/?mark=0"

    assert signed_in(requester).get(url).status_code == 403
    assert signed_in(stranger).get(url).status_code == 404


def test_files_stand_with_their_words_and_those_being_checked_are_no_links(mara, ticket, agent, settings):
    attach(ticket=ticket, files=[SimpleUploadedFile("report.txt", b"line")], actor=agent, audience="requester")
    mara.post(
        f"/tickets/{ticket.number}/comment/",
        {"body": "See file", "audience": "internal", "files": SimpleUploadedFile("log.txt", b"line two")},
    )
    settings.ATTACHMENT_SCANNER = "tickets.scanning.clamav"
    attach(ticket=ticket, files=[SimpleUploadedFile("later.txt", b"line three")], actor=agent)

    page = mara.get(ticket.get_absolute_url()).content.decode()

    by_name = {file.name: file for file in Attachment.objects.all()}
    assert f"/files/{by_name['report.txt'].key}/" in page
    assert f"/files/{by_name['log.txt'].key}/" in page
    assert "8 bytes" in page.replace("\xa0", " ")
    assert "later.txt" in page
    assert "Being checked" in page
    assert f"/files/{by_name['later.txt'].key}/" not in page


def test_a_merge_is_offered_with_similar_ones_and_can_be_undone(mara, opened, ticket):
    twin = opened("Labels come out blank again")
    dialog = mara.get(f"/tickets/{twin.number}/moves/merge/").content.decode()
    assert f"?into={ticket.number}" in dialog
    assert (
        f'value="{ticket.number}"'
        in mara.get(f"/tickets/{twin.number}/moves/merge/?into={ticket.number}").content.decode()
    )

    answer = mara.post(f"/tickets/{twin.number}/moves/merge/", {"into": ticket.number}, follow=True)

    assert answer.redirect_chain[-1][0] == ticket.get_absolute_url()
    assert f'action="/tickets/{twin.number}/moves/unmerge/"' in answer.content.decode()
    merged = mara.get(twin.get_absolute_url()).content.decode()
    assert "Merged into" in merged
    assert ticket.get_absolute_url() in links(merged)
    mara.post(f"/tickets/{twin.number}/moves/unmerge/")
    twin.refresh_from_db()
    assert (twin.status, Link.objects.count()) == ("in_progress", 0)
    assert "Merged into" not in mara.get(twin.get_absolute_url()).content.decode().split('id="story"')[0]


def test_where_it_was_merged_into_is_said_only_to_those_who_see_it(mara, opened, ticket, agent, manager):
    twin = opened("Labels come out blank again")
    merge(source=twin, into=ticket, actor=agent)
    ticket.is_restricted, ticket.restricted_team_ids, ticket.reader_ids = True, [], [manager.pk]
    ticket.save(update_fields=["is_restricted", "restricted_team_ids", "reader_ids"])

    head = mara.get(twin.get_absolute_url()).content.decode().split('id="story"')[0]

    assert "Merged into another incident" in head
    assert ticket.get_absolute_url() not in links(head)


def test_a_priority_set_by_hand_says_so_with_its_reason(mara, ticket, agent):
    assert "by hand" not in mara.get(ticket.get_absolute_url()).content.decode().split('id="facts"')[1]

    override_priority(incident=ticket, priority=1, reason="The mayor waits", actor=agent)

    facts = mara.get(ticket.get_absolute_url()).content.decode().split('id="facts"')[1]
    assert "by hand" in facts
    assert "The mayor waits" in facts


def test_the_queue_says_for_what_a_ticket_waits(mara, ticket, agent):
    perform(ticket, "take", actor=agent)
    perform(ticket, "hold", actor=agent, hold_reason="requester")

    row = mara.get("/incidents/?all=1").content.decode().split('id="rows"')[1]

    assert "On hold, requester" in row


def test_the_page_asks_no_more_queries_for_more_words(mara, ticket, agent, opened, django_assert_max_num_queries):
    def look():
        return mara.get(f"{ticket.get_absolute_url()}?list=all%3D1%26sort%3Dpriority")

    add_comment(ticket=ticket, text="One", actor=agent)
    attach(ticket=ticket, files=[SimpleUploadedFile("a.txt", b"a")], actor=agent)
    look()
    with django_assert_max_num_queries(25) as few:
        look()
    asked = len(few)
    for index in range(8):
        add_comment(ticket=ticket, text=f"Word {index}", actor=agent)
        attach(ticket=ticket, files=[SimpleUploadedFile(f"{index}.txt", b"a")], actor=agent)
        opened(f"Other {index}")
    look()  # its place in the list is another now, which the session keeps
    with django_assert_max_num_queries(asked):
        look()
