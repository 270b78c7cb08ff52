"""To look never changes anything."""

from typing import Any

import pytest
from django.db import connection

from tests.authorisation.asking import TABLE, Asker
from tests.authorisation.routes import routes
from tests.authorisation.world import World

pytestmark = pytest.mark.django_db

MAY_CHANGE = {"django_session", "accounts_apitoken"}
"""A session is kept alive, and a token remembers when it was last used."""
SIGNS_OUT = {"account_logout"}


def rows() -> dict[str, Any]:
    """Of each table, how many rows there are and the newest transaction that wrote one."""
    tables = sorted({*connection.introspection.table_names()} - MAY_CHANGE)
    parts = (f"SELECT '{table}', count(*), coalesce(max(xmin::text::bigint), 0) FROM {table}" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {table: tuple(found) for table, *found in cursor.fetchall()}


@pytest.mark.parametrize("role", ["administrator", "agent", "requester", "supplier"])
def test_no_get_changes_a_row(role: str, world: World) -> None:
    asker = Asker(world, role)
    changed = []
    for route in routes():
        expected = TABLE[route.name].get("GET")
        if expected is None or route.name in SIGNS_OUT:
            continue
        before = rows()

        asker.look(route, expected)

        after = rows()
        changed += [f"GET {route.name}: {table}" for table in after if after[table] != before[table]]

    assert not changed, "\n".join(["", *changed])


def test_a_post_is_seen_to_change_rows(world: World) -> None:
    asker = Asker(world, "agent")
    before = rows()

    asker.browser.post(f"/tickets/{world.ticket.number}/comment/", {"body": "Seen", "audience": "internal"})

    after = rows()
    assert {"tickets_comment", "core_activity"} <= {table for table in after if after[table] != before[table]}
