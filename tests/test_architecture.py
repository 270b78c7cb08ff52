"""What the house style says of the code's shape, checked on the code itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("core", "accounts", "notifications", "cmdb", "tickets", "incidents", "metrics", "demo")
"""From the bottom up; each may know those before it. `itsm` knows all and is known by none."""

ROWS = (
    "Ticket",
    "Incident",
    "Comment",
    "Attachment",
    "Task",
    "Referral",
    "ConfigurationItem",
    "Service",
    "TicketFigure",
)
"""Models whose rows are not for everybody."""

DOORS = {"visible_to"}


def sources(app: str) -> Iterator[Path]:
    return (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def trees(app: str) -> Iterator[tuple[Path, ast.Module]]:
    return ((path, ast.parse(path.read_text())) for path in sources(app))


def imported(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.split(".")[0], node.lineno
        elif isinstance(node, ast.Import):
            for name in node.names:
                yield name.name.split(".")[0], node.lineno


@pytest.mark.parametrize("app", LAYERS)
def test_an_app_imports_downwards_only(app):
    above = {*LAYERS[LAYERS.index(app) + 1 :], "itsm"}

    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path, tree in trees(app)
        for name, line in imported(tree)
        if name in above
    ]
    assert wrong == []


def test_foreign_keys_point_downwards():
    """A string such as `"accounts.User"` is an import that no import linter sees."""
    wrong = []
    for model in apps.get_models():
        app = model._meta.app_label
        if app not in LAYERS:
            continue
        for column in model._meta.get_fields():
            target = getattr(column, "related_model", None)
            if not isinstance(column, models.ForeignKey | models.ManyToManyField | models.OneToOneField):
                continue
            other = target._meta.app_label
            if other in LAYERS and LAYERS.index(other) > LAYERS.index(app) and not _is_the_user(app, other, target):
                wrong.append(f"{model.__name__}.{column.name} points up to {other}")
    assert wrong == []


def _is_the_user(app: str, other: str, target: type[models.Model]) -> bool:
    """`core` may point to the user model, and to nothing else above it."""
    return app == "core" and other == "accounts" and target.__name__ == "User"


def test_core_moves_alone_writes_a_status():
    wrong = []
    for app in LAYERS:
        for path, tree in trees(app):
            if path == ROOT / "core" / "moves.py":
                continue
            wrong += [f"{path.relative_to(ROOT)}:{line}" for line in writes_of_status(tree)]
    assert wrong == []


def writes_of_status(tree: ast.AST) -> Iterator[int]:
    """Assignments to a record's `status`, and updates of the column. A response's status code is another thing."""
    for node in ast.walk(tree):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
        )
        for target in targets:
            if (
                isinstance(target, ast.Attribute)
                and target.attr == "status"
                and not _names(target.value, "response", "self")
            ):
                yield node.lineno
        is_update = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update"
        if is_update and any(keyword.arg == "status" for keyword in node.keywords):
            yield node.lineno


def _names(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def web_modules() -> Iterator[Path]:
    for app in LAYERS:
        for path in sources(app):
            parts = path.relative_to(ROOT / app).parts
            if "views" in parts[0] or "api" in parts[0] or path.stem.startswith(("views", "panels", "navigation")):
                yield path


def test_no_page_and_no_api_reaches_rows_but_through_their_door():
    wrong = []
    for path in web_modules():
        wrong += [f"{path.relative_to(ROOT)}:{line}" for line in undoored(ast.parse(path.read_text()))]
    assert wrong == []


def undoored(tree: ast.AST) -> Iterator[int]:
    """Uses of `Model.objects` of guarded rows whose chain does not begin with a door.

    A method called `lock` reads a row again, by primary key, that its view found through the door.
    """
    locking = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name == "lock"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in locking:
            continue
        if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)):
            continue
        manager = node.value
        is_manager = manager.attr == "objects" and isinstance(manager.value, ast.Name) and manager.value.id in ROWS
        if is_manager and node.attr not in DOORS | {"none"}:
            yield node.lineno


def test_nothing_is_imported_inside_a_function_but_in_ready():
    wrong = []
    for app in (*LAYERS, "itsm"):
        for path, tree in trees(app):
            for node in ast.walk(tree):
                if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name == "ready":
                    continue
                wrong += [
                    f"{path.relative_to(ROOT)}:{inner.lineno}"
                    for inner in ast.walk(node)
                    if isinstance(inner, ast.Import | ast.ImportFrom)
                ]
    assert wrong == []


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("ticket.status = 'closed'", 1),
        ("Ticket.objects.filter(pk=1).update(status='closed')", 1),
        ("response.status = 200", 0),
        ("ticket.stage = 'open'", 0),
    ],
)
def test_the_check_of_status_finds_what_it_should(code, count):
    assert len(list(writes_of_status(ast.parse(code)))) == count


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("Ticket.objects.all()", 1),
        ("Ticket.objects.visible_to(user)", 0),
        ("Incident.objects.get(pk=1)", 1),
        ("Team.objects.all()", 0),
    ],
)
def test_the_check_of_doors_finds_what_it_should(code, count):
    assert len(list(undoored(ast.parse(code)))) == count
