"""docs/lifecycles.md says what the tables say."""

from django.utils import translation

from accounts.management.commands.draw_lifecycles import TARGET, role_names
from core.kinds import all_kinds
from core.lifecycle_docs import markdown


def test_the_page_is_as_the_tables_are():
    with translation.override("en-gb"):
        drawn = markdown(role_names)

    assert TARGET.read_text() == drawn, "Stale: run ./run manage draw_lifecycles"


def test_every_move_of_every_kind_stands_on_the_page():
    with translation.override("en-gb"):
        drawn = markdown(role_names)

    missing = [
        f"{kind.name}.{name}" for kind in all_kinds() for name in kind.lifecycle.moves if f"(`{name}`)" not in drawn
    ]
    assert missing == []
