import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

pytestmark = pytest.mark.django_db

COLD_BYTES = 120 * 1024


def test_the_component_page_shows_itself_to_who_is_signed_in(signed_in, agent):
    answer = signed_in(agent).get("/ui/")

    assert answer.status_code == 200
    assert b"Not sent yet: 1 field needs another look." in answer.content


def test_the_component_page_is_not_for_strangers_at_the_door(client):
    assert client.get("/ui/").status_code == 302


def test_a_theme_is_kept_by_a_cookie_and_written_into_the_page(signed_in, agent):
    browser = signed_in(agent)

    answer = browser.post("/ui/preference/", {"theme": "dark", "next": "/ui/"})

    assert answer.url == "/ui/"
    assert 'data-bs-theme="dark"' in browser.get("/ui/").content.decode()


def test_a_made_up_theme_is_ignored_and_no_other_site_is_led_to(signed_in, agent):
    answer = signed_in(agent).post("/ui/preference/", {"theme": "pink", "next": "https://elsewhere.example/"})

    assert answer.url == "/"
    assert "theme" not in answer.cookies


def test_a_folded_navigation_stays_folded(signed_in, agent):
    browser = signed_in(agent)

    browser.post("/ui/preference/", {"nav": "rail", "next": "/ui/"})

    assert 'data-nav="rail"' in browser.get("/ui/").content.decode()


def test_a_page_asks_for_few_files_and_is_light(signed_in, agent):
    html = signed_in(agent).get("/ui/").content

    wanted = set(re.findall(r'(?:href|src)="/static/([^"#]+)', html.decode()))
    files = [Path(finders.find(name)).read_bytes() for name in wanted]
    weight = sum(len(gzip.compress(content)) for content in [html, *files])

    assert len(wanted) + 1 <= 8
    assert weight <= COLD_BYTES


@pytest.mark.parametrize("name", ["403.html", "403_csrf.html", "404.html", "500.html"])
def test_an_error_page_needs_no_request(name):
    assert "plain-card" in render_to_string(name)
