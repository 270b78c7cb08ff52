import datetime as dt
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from core.templatetags import components, kit
from core.ui import COMMON, TOKENS, Look, look_of, register_looks


def drawn(text, **context):
    return Template("{% load kit %}" + text).render(Context(context))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 m"),
        (12, "12 s"),
        (60, "1 m"),
        (4320, "1 h 12 m"),
        (7500, "2 h 05 m"),
        (187200, "2 d 4 h"),
        (86400, "1 d"),
        (-360, "6 m over"),
    ],
)
def test_a_duration_reads_as_people_say_it(seconds, words):
    assert kit.duration(seconds) == words
    assert kit.duration(dt.timedelta(seconds=seconds)) == words


def test_no_duration_is_nothing():
    assert kit.duration(None) == ""


def test_a_number_keeps_its_text_whole_for_readers_and_clipboard():
    html = kit.number("INC0024817", copy=True)

    assert '<span class="num-lead">INC00</span>24817' in html
    assert 'data-copy="INC0024817"' in html


def test_a_name_that_is_no_number_is_left_alone():
    assert kit.number("erp-db-01") == '<span class="num">erp-db-01</span>'


@pytest.mark.parametrize(
    ("name", "letters"), [("Mara Lindqvist", "ML"), ("Cher", "C"), ("", ""), ("Ingrid van der Sørensen", "IS")]
)
def test_initials_are_of_the_first_and_last_word(name, letters):
    assert kit.initials(name) == letters


def test_nobody_is_a_named_dashed_circle():
    assert 'aria-label="Nobody"' in drawn("{% avatar None %}")


def test_an_icon_is_hidden_unless_it_has_a_name():
    assert 'aria-hidden="true"' in kit.icon("lock")
    assert 'aria-label="Locked"' in kit.icon("lock", label="Locked")


def test_markdown_lets_no_script_through():
    html = kit.markdown("**bold** <script>alert(1)</script> [x](javascript:alert(1)) ![p](https://e.example/p.png)")

    assert "<strong>bold</strong>" in html
    assert "<script" not in html
    assert "javascript:" not in html.replace("[x](javascript:alert(1))", "")
    assert "<img" not in html


def test_marked_escapes_what_it_marks():
    assert kit.marked("<b>Order desk</b>", "order") == "&lt;b&gt;<mark>Order</mark> desk&lt;/b&gt;"


def test_a_moment_names_its_zone_and_utc(settings):
    settings.TIME_ZONE = "Europe/Amsterdam"
    html = kit.when(dt.datetime(2026, 1, 15, 12, 30, tzinfo=dt.UTC), "full")

    assert 'datetime="2026-01-15T12:30:00+00:00"' in html
    assert "12:30 UTC" in html


@pytest.mark.parametrize(("seconds", "words"), [(5, "now"), (360, "6 min"), (7200, "2 h"), (90000, "1 d")])
def test_ago_is_said_in_one_unit(seconds, words):
    assert kit.ago_words(seconds) == words


def test_a_sorted_head_says_so_and_turns_round():
    request = RequestFactory().get("/", {"sort": "due", "page": "3", "team": "desk"})

    html = drawn('{% sort_head "Time left" "due" %}', request=request)

    assert 'aria-sort="ascending"' in html
    assert "sort=-due" in html
    assert "page=" not in html
    assert "team=desk" in html


@pytest.mark.parametrize("look", COMMON.values())
def test_a_look_uses_a_token_that_exists(look):
    assert look.token in TOKENS


def test_a_practice_may_have_its_own_look_and_an_unknown_word_is_plain():
    register_looks("sample", {"new": Look("warning", "flag")})

    assert look_of("new", "sample") == Look("warning", "flag")
    assert look_of("new").token == "info"
    assert look_of("never heard of").token == "neutral"


def test_a_look_of_no_token_is_refused():
    with pytest.raises(ValueError, match="is not one of"):
        register_looks("sample", {"new": Look("red", "flag")})


@pytest.mark.parametrize(
    ("cookie", "chosen", "theme"),
    [("", "dark", "dark"), ("light", "dark", "light"), ("", "system", "auto"), ("x", "", "auto")],
)
def test_the_browsers_theme_comes_before_the_persons(cookie, chosen, theme):
    request = SimpleNamespace(COOKIES={"theme": cookie} if cookie else {}, user=SimpleNamespace(theme=chosen))

    assert components.theme({"request": request}) == theme
