"""A piece of a ticket's text around what was searched for, as HTML that is safe to show.

PostgreSQL marks what it found with two characters of the private use area, which are taken out of the text before;
the text is escaped, and only then do the marks become `<mark>`.
"""

from collections.abc import Sequence

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from accounts.access import Access

START, STOP = "\ue000", "\ue001"
OPTIONS = f"StartSel={START}, StopSel={STOP}, MaxFragments=2, MaxWords=18, MinWords=8, FragmentDelimiter= … "
LONGEST = 20_000
"""Characters of a ticket in which a piece is looked for, the newest words first after the description."""

_HEADLINES = """
SELECT id, ts_headline('evenkeel', translate(left(words, %(longest)s), %(marks)s, ''), %(query)s::tsquery, %(options)s)
FROM (
  SELECT t.id, concat_ws(' … ', nullif(t.description, ''),
    (SELECT string_agg(c.text, ' … ' ORDER BY c.created_at DESC)
     FROM tickets_comment c
     WHERE c.ticket_id = t.id AND (%(all)s OR c.audience = %(audience)s)
       AND (%(supplier)s::bigint IS NULL OR c.supplier_id = %(supplier)s))) AS words
  FROM tickets_ticket t WHERE t.id = ANY(%(tickets)s)
) said
"""


def snippets(ticket_ids: Sequence[int], query: str, access: Access) -> dict[int, str]:
    """For each ticket, what it says around the words of a `tsquery`, out of the words that this person may read."""
    if not ticket_ids:
        return {}
    is_supplier = access.supplier_id is not None
    with connection.cursor() as cursor:
        cursor.execute(
            _HEADLINES,
            {
                "tickets": list(ticket_ids),
                "query": query,
                "longest": LONGEST,
                "marks": START + STOP,
                "options": OPTIONS,
                "all": access.reads_desk and not is_supplier,
                "audience": "supplier" if is_supplier else "requester",
                "supplier": access.supplier_id,
            },
        )
        return {pk: _as_html(text or "") for pk, text in cursor.fetchall()}


def _as_html(text: str) -> SafeString:
    """Escaped, with the marks as `<mark>`; whatever the marks, they are closed."""
    safe = str(escape(text)).replace(START, "<mark>").replace(STOP, "</mark>")
    return mark_safe(safe)  # escaped above, before the marks went in
