"""States in plain words: values in, words out."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from incidents.models.incident import HoldReason, Status
from incidents.portal import LastWord, happened, in_plain_words, short, sounds_like

NOW = datetime(2026, 11, 18, 13, 0, tzinfo=UTC)  # a Wednesday


def person(pk, name):
    return SimpleNamespace(pk=pk, name=name, get_short_name=lambda: name.split()[0])


BEN, TOM = person(1, "Ben Achterberg"), person(2, "Tom Verhoef")


def incident(status=Status.NEW, **given):
    values = {
        "status": status,
        "hold_reason": "",
        "wake_at": None,
        "requester": BEN,
        "requester_id": BEN.pk,
        "assignee": TOM,
        "assignee_id": TOM.pk,
        "owning_team": SimpleNamespace(name="Service desk"),
        "owning_team_id": 1,
        "resolution": "",
        "resolved_by": TOM,
        "resolved_by_id": TOM.pk,
        "resolved_at": NOW - timedelta(days=1),
        **given,
    }
    return SimpleNamespace(**values)


def said(text="Which roll?", *, at=NOW - timedelta(minutes=22), is_from_desk=True):
    return LastWord("Tom", text, at, is_from_desk)


def test_a_new_one_is_with_the_desk_that_answers_for_it():
    plain = in_plain_words(incident(assignee=None, assignee_id=None), BEN, now=NOW)

    assert (plain.headline, plain.who, plain.token) == ("Received", "Service desk", "info")


def test_one_that_waits_says_what_is_asked():
    waiting = incident(Status.ON_HOLD, hold_reason=HoldReason.REQUESTER)

    mine = in_plain_words(waiting, BEN, last_word=said(), now=NOW)
    theirs = in_plain_words(waiting, TOM, last_word=said(), now=NOW)

    assert (mine.headline, mine.text) == ("Waiting for you", "Tom asks: Which roll?")
    assert theirs.headline == "Waiting for Ben Achterberg"


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (NOW - timedelta(minutes=22), "Tom wrote at 12:38."),
        (NOW - timedelta(days=2), "Tom wrote on Monday at 13:00."),
        (NOW - timedelta(days=20), "Tom wrote on 29 October."),
    ],
)
def test_one_that_is_worked_on_says_who_wrote_when(at, text):
    plain = in_plain_words(incident(Status.IN_PROGRESS), BEN, last_word=said(at=at), now=NOW)

    assert (plain.headline, plain.text, plain.who) == ("We are working on it", text, "Tom Verhoef")


@pytest.mark.parametrize("reason", [each for each in HoldReason if each != HoldReason.REQUESTER])
@pytest.mark.parametrize("wake_at", [None, NOW + timedelta(days=2)])
def test_no_hold_is_called_by_its_name(reason, wake_at):
    plain = in_plain_words(incident(Status.ON_HOLD, hold_reason=reason, wake_at=wake_at), BEN, now=NOW)

    everything = " ".join((plain.headline, plain.text, plain.who, plain.next)).casefold()
    assert plain.headline == "We are working on it"
    for word in (str(reason.label), "hold", "supplier", "evidence", "problem", "change"):
        assert word.casefold() not in everything


def test_an_appointment_says_when():
    plain = in_plain_words(
        incident(Status.ON_HOLD, hold_reason=HoldReason.APPOINTMENT, wake_at=NOW + timedelta(days=2)), BEN, now=NOW
    )

    assert plain.text == "There is an appointment on Friday at 13:00."


def test_a_solved_one_says_how_and_when_it_closes_by_itself():
    plain = in_plain_words(
        incident(Status.RESOLVED, resolution="New **reader** fitted."),
        BEN,
        close_after=timedelta(days=5),
        reopen_for=timedelta(days=14),
        now=NOW,
    )

    assert plain.headline == "Solved, please check"
    assert plain.text == "Tom: “New reader fitted.” Closes by itself on 22 November."


def test_a_done_one_says_how_to_come_back():
    plain = in_plain_words(incident(Status.CLOSED, resolution="New cradle."), BEN, now=NOW)

    assert (plain.headline, plain.text, plain.who) == ("Done", "New cradle.", "Tom Verhoef")
    assert "follows this one up" in plain.next


@pytest.mark.parametrize("status", Status)
def test_every_status_has_words(status):
    plain = in_plain_words(incident(status), BEN, now=NOW)

    assert all((plain.headline, plain.text, plain.who, plain.next, plain.icon))


def test_events_are_plain_lines_and_others_are_not_told():
    assert happened("taken", "Mara", {}) == "Mara took it"
    assert happened("closed", None, {}) == "It closed by itself"
    assert happened("held", "Mara", {"hold_reason": "requester"}) == "We wait for an answer"
    for event in ("edited", "escalated", "assigned", "returned", "referred", "restricted", "merged"):
        assert happened(event, "Mara", {"reason": "secret"}) is None


def test_long_words_are_cut_between_words():
    cut = short("word " * 60)

    assert len(cut) <= 111
    assert cut.endswith("word…")


@pytest.mark.parametrize(
    ("typed", "text", "alike"),
    [
        ("labels come out empty", "Customs label printer prints blank labels", True),
        ("printer", "Customs label printer prints blank labels", True),
        ("the coffee is cold", "Customs label printer prints blank labels", False),
        ("it is", "It is the printer", False),
        ("", "Anything", False),
    ],
)
def test_what_sounds_alike(typed, text, alike):
    assert (sounds_like(typed, text) >= 1 / 3) is alike
