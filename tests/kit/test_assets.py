"""What is vendored is what was packed; what is joined is what its sources say; every icon that is named exists."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = {".venv", "var", "node_modules"}
TEMPLATES = [path for path in ROOT.glob("**/*.html") if not ELSEWHERE & set(path.relative_to(ROOT).parts)]
ICON_TAG = re.compile(r"""(?:\{% icon |\bicon(?:_name)?[=:]\s*|"icon": )["']([a-z][a-z0-9-]*)["']""")
APPS = ("core", "accounts", "notifications", "cmdb", "tickets", "incidents", "metrics", "demo")
SOURCES = [path for app in APPS for path in (ROOT / app).rglob("*.py") if ICON_TAG.search(path.read_text())]


def tool(name: str) -> ModuleType:
    """A script of tools/, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_vendored_files_are_those_that_the_manifest_describes():
    assert tool("vendor").differences() == []


def test_a_changed_vendored_file_is_found(tmp_path, monkeypatch):
    vendor = tool("vendor")
    (tmp_path / "htmx.min.js").write_text("changed")
    monkeypatch.setattr(vendor, "VENDOR", tmp_path)

    assert "htmx.min.js is not the file that vendor.json describes" in vendor.differences()


def test_no_registry_is_named_in_the_vendoring():
    words = (ROOT / "tools" / "vendor.py").read_text() + (ROOT / "static/vendor/vendor.json").read_text()

    assert "http" not in words.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_the_joined_script_is_what_its_sources_say():
    join = tool("join_js")

    assert join.TARGET.read_text() == join.joined()


@pytest.mark.parametrize("source", [*TEMPLATES, *SOURCES], ids=lambda path: str(path.relative_to(ROOT)))
def test_every_icon_that_is_named_is_in_the_sprite(source):
    sprite = (ROOT / "static/icons/sprite.svg").read_text()

    missing = [name for name in ICON_TAG.findall(source.read_text()) if f'id="{name}"' not in sprite]

    assert missing == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_breaks_the_content_policy(template):
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", template.read_text(), flags=re.DOTALL)
    if "/email/" in str(template):
        pytest.skip("a mail has no content policy")

    assert not re.search(r"\sstyle=", re.sub(r"\{%.*?%\}", "", text))
    assert not re.search(r"\shx-on[:=]|\son\w+=\"", text)
    assert not re.search(r"<script(?![^>]*(\ssrc=|application/json))", text)
    assert "<style" not in text


def test_every_component_opens_with_its_variables():
    opening = re.compile(r"\{% comment %\}\n.+?Variables: .+?\n\{% endcomment %\}", re.DOTALL)
    silent = [
        path.name for path in (ROOT / "templates/components").glob("*.html") if not opening.match(path.read_text())
    ]

    assert silent == []
