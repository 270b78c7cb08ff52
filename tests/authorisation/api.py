"""Who gets what from each route of the API, asked with a token that may do all that its owner may."""

from tests.authorisation.expected import (
    READS,
    SEES,
    WORKS,
    Row,
    delete,
    everybody,
    get,
    of_ticket,
    patch,
    post,
)
from tests.authorisation.expected import may as page_may
from tests.authorisation.expected import only as page_only
from tests.authorisation.expected import sees as page_sees
from tests.authorisation.expected import signed_in as page_signed_in

NOBODY = {"anonymous": 401}
DESK = ("agent", "second_line", "manager", "integration")
"""Whom the lifecycle's table lets work on incidents."""
ACTS = (*WORKS, "integration")
"""Who acts for the desk on a ticket."""
KEEPERS = ("change_manager", "administrator")


def signed_in(status, **but):
    return page_signed_in(status, **NOBODY, **but)


def only(roles, status, others=403, **but):
    return page_only(roles, status, others, **NOBODY, **but)


def sees(status, **but):
    return page_sees(status, **NOBODY, **but)


def may(roles, status, **but):
    return page_may(roles, status, **NOBODY, **but)


def administers(status):
    """A verb of administrators on something that everybody may ask for."""
    return only(("administrator",), status)


# What the desk reads exists for nobody else; what it may not change is refused.
DESK_READS = only(READS, 200, others=404)
DESK_LIST = signed_in(200)

# fmt: off
ACCOUNTS: dict[str, Row] = {
    "api-me": get(signed_in(200)),
    "api-people":     get(signed_in(200)) | post(administers(201), username="somebody", name="Somebody"),
    "api-people-one": get(only((*READS, "requester"), 200, others=404)) | patch(only((*READS, "requester"), 403, others=404, administrator=200, requester=200), job_title="Planner"),
    "api-teams":      get(signed_in(200)) | post(administers(201), key="night", name="Night shift"),
    "api-teams-one":  get(DESK_READS) | patch(only(READS, 403, others=404, administrator=200), name="First line"),
    "api-organisations":     get(signed_in(200)) | post(administers(201), key="new", name="New"),
    "api-organisations-one": get(only((*READS, "requester", "colleague"), 200, others=404)) | patch(only((*READS, "requester", "colleague"), 403, others=404, administrator=200), phone="1"),
    "api-locations":     get(signed_in(200)) | post(administers(201), key="new", name="New"),
    "api-locations-one": get(only((*READS, "requester", "colleague"), 200, others=404)) | patch(only((*READS, "requester", "colleague"), 403, others=404, administrator=200), name="Quay"),
}

CMDB: dict[str, Row] = {
    "api-cis":     get(DESK_LIST) | post(administers(201), **{"key": "web-9", "name": "web-9", "class": "server"}),
    "api-cis-one": get(only(READS, 200, others=404, cab_member=404)) | patch(only(READS, 403, others=404, cab_member=404, administrator=200), name="Web"),
    "api-services":     get(signed_in(200)) | post(administers(201), **{"key": "mail", "name": "Mail", "class": "service"}),
    "api-services-one": get(only(READS, 200, others=404, cab_member=404, requester=200, colleague=200)) | patch(only(READS, 403, others=404, cab_member=404, requester=403, colleague=403, administrator=200), name="Prints"),
    "api-cis-moves":      get(only(READS, 200, others=404, cab_member=404)),
    "api-cis-move":       post(only(READS, 403, others=404, cab_member=404, administrator=200)),
    "api-services-moves": get(only(READS, 200, others=404, cab_member=404, requester=200, colleague=200)),
    "api-services-move":  post(only(READS, 403, others=404, cab_member=404, requester=403, colleague=403, administrator=200)),
    "api-ci-classes":     get(DESK_LIST),
    "api-ci-classes-one": get(DESK_READS),
    "api-relationship-types":     get(DESK_LIST),
    "api-relationship-types-one": get(DESK_READS),
    "api-relationships":     get(DESK_LIST) | post(administers(201), source="db-01", type="runs-on", target="web-01"),
    "api-relationships-one": get(only(READS, 200, others=404, cab_member=404)) | delete(only(READS, 403, others=404, cab_member=404, administrator=204)),
}

TICKETS: dict[str, Row] = {
    "api-tickets":    get(signed_in(200)),
    "api-categories":     get(signed_in(200)),
    "api-categories-one": get(signed_in(200)),
    "api-incidents": get(signed_in(200)) | post(signed_in(201), title="The screen is dark"),
    "api-priority-schemes":     get(DESK_LIST),
    "api-priority-schemes-one": get(DESK_READS),
} | {name: of_ticket(row) for name, row in {
    "api-tickets-one":   get(sees(200)),
    "api-incidents-one": get(sees(200)) | patch(may(ACTS, 200), title="Lines across the screen"),
    "api-incidents-moves": get(sees(200)),
    "api-incidents-move":  post(may(DESK, 200)),
    "api-incidents-timeline": get(sees(200)),
    "api-incidents-attachments":     get(sees(200)) | post(may((*ACTS, "requester", "supplier"), 201)),
    "api-incidents-attachments-one": get(sees(200)),
    "api-incidents-content":         get(sees(200)),
    "api-incidents-links":     get(sees(200)) | post(may(ACTS, 201), target="@another"),
    "api-incidents-links-one": get(sees(200, requester=404, supplier=404)) | delete(may(ACTS, 204, requester=404, supplier=404)),
    "api-incidents-watchers":     get(sees(200)) | post(may(SEES, 201)),
    "api-incidents-watchers-one": get(sees(404, requester=200, agent=200, second_line=200, manager=200, change_manager=200, auditor=200, administrator=200, integration=200)) | delete(may(ACTS, 204, requester=204, supplier=404)),
    "api-incidents-cis":     get(sees(200)) | post(may(ACTS, 201), ci="db-01"),
    "api-incidents-cis-one": get(sees(200, requester=404, supplier=404)) | delete(may(ACTS, 204, requester=404, supplier=404)),
    "api-incidents-restriction": get(sees(200, requester=404, supplier=404)) | post(may(("agent", "manager", "integration"), 200, second_line=409, change_manager=409, administrator=409), teams=["desk"], reason="Personnel"),
    "api-incidents-referrals":     get(sees(200)) | post(may(ACTS, 201), supplier="othercore"),
    "api-incidents-referrals-one": get(sees(200, requester=404)) | patch(may((*ACTS, "supplier"), 200, requester=404), reference="N-1"),
    "api-incidents-chase":         post(may(ACTS, 200, requester=404)),
    "api-incidents-return":        post(may((*ACTS, "supplier"), 200, requester=404), answer="Changed the panel"),
    "api-incidents-comments":     get(sees(200)) | post(may((*ACTS, "requester", "supplier"), 201), text="Seen"),
    "api-incidents-comments-one": get(sees(200, supplier=404)),  # words for the requester
    "api-incidents-tasks":      get(sees(200)) | post(may(ACTS, 201), title="Look"),
    "api-incidents-tasks-one":  get(sees(200, requester=404, supplier=404)) | patch(may(ACTS, 200, requester=404, supplier=404), title="Look again"),
    "api-incidents-task-moves": get(sees(200, requester=404, supplier=404)),
    "api-incidents-task-move":  post(may(ACTS, 200, requester=404, supplier=404)),
    "api-incidents-follow-ups": post(may((*ACTS, "requester"), 201, supplier=404), "closed", text="Dark again"),
}.items()}  # fmt: skip

FIGURES: dict[str, Row] = {
    "api-metrics":     get(only(READS, 200)),
    "api-metrics-one": get(only(READS, 200)),
}

ITSELF: dict[str, Row] = {
    "api-schema":  get(everybody(200)),  # no data stands in it
    "api-docs":    get(everybody(200)),
    "api-nothing": get(everybody(404)) | post(everybody(404)),
}
# fmt: on

API: dict[str, Row] = {**ACCOUNTS, **CMDB, **TICKETS, **FIGURES, **ITSELF}
