"""What is there before anything is measured: people, tickets with their past, and the servers."""

import time
from datetime import UTC, datetime, timedelta
from importlib import import_module
from io import StringIO
from random import Random
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.services.token import create_token
from core.context import acting
from incidents.models import Incident
from itsm.bench.made_up import Maker
from itsm.bench.registry import WentWrong
from itsm.bench.stage import Stage

CHUNK = 5_000
LIVED = timedelta(days=730)
"""The time over which the tickets were opened."""

RARE_HITS = 1_400
CALLER = "mara"
"""An agent of the demo's service desk: she reads what her teams serve."""


def filling(stage: Stage) -> None:
    """People from the demo, and as many tickets as asked for, each with its activities, words and stretches of work."""
    if not stage.is_filled:
        User.objects.all().delete()  # the first administrator of an empty desk
        call_command("demo_data", incidents=20, verbosity=0, stdout=StringIO())
        _more_people(stage.rows)
        _tickets(stage)
        stage.is_filled = True
    stage.found["rare_hits"] = min(RARE_HITS, max(stage.rows // 35, 1))
    filled = Incident.objects.filter(number__startswith="INC").exclude(channel__in=["api", "import"])
    newest = filled.order_by("-pk").values_list("number", flat=True)
    stage.found["numbers"] = list(newest[: min(2_000, stage.rows)])
    stage.found["caller_id"] = User.objects.get(username=CALLER).pk


def _more_people(rows: int) -> None:
    organisations = list(Organisation.objects.exclude(kind="supplier"))
    User.objects.bulk_create(
        User(username=f"person-{n}", name=f"Person {n}", organisation=organisations[n % len(organisations)])
        for n in range(min(2_000, max(rows // 50, 50)))
    )


def _tickets(stage: Stage) -> None:
    begun = time.monotonic()
    maker = Maker(Random(20), rare_every=max(stage.rows // RARE_HITS, 35))
    first, now = timezone.now() - LIVED, timezone.now()
    for start in range(0, stage.rows, CHUNK):
        count = min(CHUNK, stage.rows - start)
        with acting(via="import", delivers=False), transaction.atomic():
            maker.write([first + LIVED * ((start + n) / stage.rows) for n in range(count)], now)
        if (start // CHUNK) % 10 == 9:
            stage.say(f"Filled {start + count:,} of {stage.rows:,} tickets, {time.monotonic() - begun:.0f} s.")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
    stage.say(f"Filled {stage.rows:,} tickets in {time.monotonic() - begun:.0f} s.")


def serving(stage: Stage) -> None:
    """Start the servers, and let an integration and a browser of the same person in."""
    caller = User.objects.get(username=CALLER)
    name = f"bench {datetime.now(UTC).isoformat()}"
    _token, text = create_token(owner=caller, name=name, scopes=["*"], actor=caller)
    stage.headers = {
        "nobody": {},
        "api": {"Authorization": f"Bearer {text}"},
        "page": {"Cookie": f"{settings.SESSION_COOKIE_NAME}={_session(caller)}"},
    }
    stage.start_web()


def _session(person: Any) -> str:
    """A session as signing in leaves it behind."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.save()
    if store.session_key is None:
        raise WentWrong("No session could be made.")
    return str(store.session_key)
