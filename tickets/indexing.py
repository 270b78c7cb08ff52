"""Keeping the words of tickets searchable: written in the transaction in which the words are.

`public_vector` holds number, reference and title (A), description (B), words and file names for the requester (C);
`internal_vector` all that and the desk's and suppliers' words, their references and the first-contact answers (C).
"""

from collections.abc import Collection

from django.db import connection

from core.models import Activity
from core.subscriptions import during

WORDS_CHANGED = frozenset(
    {"opened", "commented", "redacted", "attached", "file_checked", "referred", "referral_edited", "referral_returned"}
    | {"referral_taken_back", "took_over", "gave_back"}
)
"""What happens to a ticket, whatever its practice, and adds or takes away words."""

COLUMNS = frozenset({"title", "description", "external_ref", "script_answers"})

LONGEST_DESCRIPTION = 40_000
LONGEST_WORDS = 80_000
"""Characters that are searchable of a ticket, the newest words first: a vector may not grow beyond 1 MB."""

_REINDEX = """
INSERT INTO tickets_ticketsearch (ticket_id, opened_at, public_vector, internal_vector)
SELECT id, opened_at, public, public || setweight(to_tsvector('evenkeel', left(internal, %(words)s)), 'C')
FROM (
  SELECT t.id, t.opened_at,
    setweight(to_tsvector('evenkeel', concat_ws(' ', t.number, t.external_ref, t.title)), 'A')
    || setweight(to_tsvector('evenkeel', left(t.description, %(description)s)), 'B')
    || setweight(to_tsvector('evenkeel', left(concat_ws(' ', said.public, files.public), %(words)s)), 'C') AS public,
    concat_ws(' ', said.internal, files.internal, referred.words,
      CASE WHEN t.script_answers = '{}' THEN NULL
           ELSE (SELECT string_agg(value #>> '{}', ' ')
                 FROM jsonb_path_query(t.script_answers, 'strict $.** ? (@.type() == "string")') AS value)
      END) AS internal
  FROM tickets_ticket t
  LEFT JOIN LATERAL (
    SELECT string_agg(text, ' ' ORDER BY created_at DESC) FILTER (WHERE audience = 'requester') AS public,
           string_agg(text, ' ' ORDER BY created_at DESC) FILTER (WHERE audience <> 'requester') AS internal
    FROM tickets_comment WHERE ticket_id = t.id
  ) said ON true
  LEFT JOIN LATERAL (
    SELECT string_agg(name, ' ') FILTER (WHERE audience = 'requester' AND scan = 'passed') AS public,
           string_agg(name, ' ') FILTER (WHERE audience <> 'requester' OR scan = 'pending') AS internal
    FROM tickets_attachment WHERE ticket_id = t.id AND scan <> 'refused'
  ) files ON true
  LEFT JOIN LATERAL (
    SELECT string_agg(concat_ws(' ', reference, contact, question, answer), ' ') AS words
    FROM tickets_referral WHERE ticket_id = t.id
  ) referred ON true
  WHERE t.id = ANY(%(tickets)s)
) words
ON CONFLICT (ticket_id) DO UPDATE
SET public_vector = excluded.public_vector, internal_vector = excluded.internal_vector, opened_at = excluded.opened_at
WHERE (tickets_ticketsearch.public_vector, tickets_ticketsearch.internal_vector, tickets_ticketsearch.opened_at)
  IS DISTINCT FROM (excluded.public_vector, excluded.internal_vector, excluded.opened_at)
"""


def reindex(ticket_ids: Collection[int]) -> None:
    """Make the present words of these tickets searchable, in one statement, however many they are."""
    if not ticket_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _REINDEX,
            {"tickets": sorted(ticket_ids), "description": LONGEST_DESCRIPTION, "words": LONGEST_WORDS},
        )


@during
def follow_words(activities: list[Activity]) -> None:
    """Make searchable what the activities of one transaction changed."""
    reindex({each.subject_id for each in activities if each.subject_kind == "ticket" and _changes_words(each)})


def _changes_words(activity: Activity) -> bool:
    return activity.verb.rpartition(".")[2] in WORDS_CHANGED or not COLUMNS.isdisjoint(activity.changes)
