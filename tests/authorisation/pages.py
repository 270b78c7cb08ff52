"""Who gets what from each page. One line per route; a new route without a line fails the test."""

from tests.authorisation.expected import (
    LOGIN,
    READS,
    SEES,
    WORKS,
    Row,
    administers,
    everybody,
    get,
    may,
    of_ticket,
    only,
    post,
    reads,
    sees,
    signed_in,
    works,
)

REPORTS = {"title": "The screen is dark", "work": "hindered", "people": "one"}
SETTINGS = {
    "name": "Somebody",
    "time_zone": "Europe/London",
    "language": "en-gb",
    "theme": "system",
    "density": "normal",
}
NODE = {"name": "Somewhere", "key": "somewhere", "kind": "internal", "is_active": "on"}
TOKEN = {"name": "For a script", "scopes": "*"}

ITEM = {"name": "web-09", "key": "web-09", "status": "in_use", "environment": "production", "importance": "2"}
TIE = {"name": "warms", "reverse_name": "is warmed by", "impact": "forward"}

# Led elsewhere: what is the desk's leads a requester to the portal and a supplier's people to their own pages.
LED = {"requester": 302, "colleague": 302, "stranger": 302, "supplier": 302}
LED_IF_SEEN = {"requester": 302, "supplier": 302}
NOT_FOR_SUPPLIERS = {"supplier": 302}
# A view that the agent keeps for themselves exists for nobody else; who reads no queue is refused before.
OWN_VIEW = reads(404, agent=200)
# What only the desk reads does not exist for others, and is not changed by those who only read.
MERE_READERS = {"others": 404, "cab_member": 403, "auditor": 403, "integration": 403}
# The shift of the service desk is for who is in that team.
TEAM_MATES = only(("agent", "manager"), 200, others=404)
PORTAL = signed_in(200, **NOT_FOR_SUPPLIERS)
PORTAL_DONE = signed_in(302)

# fmt: off
MACHINES: dict[str, Row] = {
    "livez":      get(everybody(200)),
    "readyz":     get(everybody(503)),  # nothing beats in a test
    "prometheus": get(everybody(200)),  # asked from this machine; others need the token
}

SIGNING_IN: dict[str, Row] = {
    "account_login":  get(signed_in(302, anonymous=200)) | post(signed_in(302, anonymous=422)),
    "account_logout": get(signed_in(200, anonymous=302)) | post(signed_in(302, anonymous=302)),
    "account_signup": get(everybody(LOGIN)) | post(everybody(LOGIN)),  # nobody signs up
    "account_email":  get(everybody(302)) | post(everybody(302)),
    "account_inactive": get(everybody(200)),
    "account_reauthenticate":  get(signed_in(200)) | post(signed_in(422)),
    "account_change_password": get(signed_in(200)) | post(signed_in(422)),
    "account_set_password":    get(signed_in(302)) | post(signed_in(302)),
    "account_reset_password":  get(everybody(200)) | post(everybody(422)),
    "account_reset_password_done": get(everybody(200)),
    "account_reset_password_from_key": get(everybody(200)) | post(everybody(422)),
    "account_reset_password_from_key_done": get(everybody(200)),
    "mfa_index": get(signed_in(200)),
    "mfa_authenticate":   get(everybody(302, anonymous=LOGIN)) | post(everybody(302, anonymous=LOGIN)),
    "mfa_reauthenticate": get(signed_in(302)) | post(signed_in(302)),
    "mfa_activate_totp":   get(signed_in(302)) | post(signed_in(302)),
    "mfa_deactivate_totp": get(signed_in(404)) | post(signed_in(404)),
    "mfa_view_recovery_codes":     get(signed_in(404)),
    "mfa_generate_recovery_codes": get(signed_in(302)) | post(signed_in(302)),
    "mfa_download_recovery_codes": get(signed_in(404)),
    "mfa_list_webauthn":   get(everybody(302)) | post(everybody(302)),
    "mfa_add_webauthn":    get(signed_in(302)) | post(signed_in(302)),
    "mfa_reauthenticate_webauthn": get(signed_in(302)) | post(signed_in(302)),
    "mfa_remove_webauthn": get(signed_in(302)) | post(signed_in(302)),
    "mfa_edit_webauthn":   get(signed_in(302)) | post(signed_in(302)),
    "mfa_login_webauthn":  get(everybody(302, anonymous=LOGIN)) | post(everybody(302, anonymous=LOGIN)),
    "socialaccount_login_cancelled": get(everybody(200)),
    "socialaccount_login_error":     get(everybody(401)),
    "openid_connect_login":    get(everybody(404)) | post(everybody(404)),  # no provider is configured
    "openid_connect_callback": get(everybody(404)) | post(everybody(404)),
    "demo-sign-in": post(everybody(404), username="mara"),  # this is no demo
}

ADMINISTRATION: dict[str, Row] = {
    "administration":            get(administers(200)),
    "administration-people":     get(administers(200)),
    "administration-people-csv": get(administers(200)),
    "administration-person-new": get(administers(200)) | post(administers(302), **SETTINGS, username="somebody"),
    "administration-person":     get(administers(200)) | post(administers(302), **SETTINGS, username="carla"),
    "administration-person-deactivate": post(administers(302)),
    "administration-person-reactivate": post(administers(302)),
    "administration-person-password":   post(administers(302)),
    "administration-organisations":     get(administers(200)),
    "administration-organisation-new":  get(administers(200)) | post(administers(302), **NODE),
    "administration-organisation":      get(administers(200)) | post(administers(302), **NODE),
    "administration-locations":         get(administers(200)),
    "administration-location-new":      get(administers(200)) | post(administers(302), **NODE),
    "administration-location":          get(administers(200)) | post(administers(302), **NODE),
    "administration-teams":     get(administers(200)),
    "administration-team-new":  get(administers(200)) | post(administers(302), **NODE, level="second_line"),
    "administration-team":      get(administers(200)) | post(administers(302), **NODE, level="service_desk", is_default="on"),
    "administration-team-member-add":    post(administers(302), person="carla"),
    "administration-team-member-remove": post(administers(302)),
    "administration-team-member-return": post(administers(302)),
    "administration-roles": get(administers(200)),
    "administration-move-rights-first": get(administers(302)),
    "administration-move-rights":       get(administers(200)) | post(administers(302)),
    "administration-move-rights-reset": post(administers(302)),
    "administration-integrations":             get(administers(200)),
    "administration-integration-token-new":    get(administers(200)) | post(administers(200), **TOKEN, owner="monitoring"),
    "administration-integration-token-revoke": post(administers(302)),
    "administration-operations":   get(administers(200)),
    "administration-back-up":      post(administers(302)),
    "administration-test-restore": post(administers(302)),
    "administration-audit": get(only(("administrator", "auditor"), 200)),
    "administration-deliveries":       get(administers(200)),
    "administration-deliveries-retry": post(administers(302), kind="mail"),
}

RULERS = ("manager", "administrator")
"""Who answers for how incidents are sorted and worked."""
RULED: dict[str, Row] = {
    "administration-categories":       get(only(RULERS, 200)),
    "administration-category-new":     get(only(RULERS, 200)) | post(only(RULERS, 302), name="Kettles", key="kettles"),
    "administration-category":         get(only(RULERS, 200)) | post(only(RULERS, 302), name="Displays", key="screens"),
    "administration-category-retire":  post(only(RULERS, 302)),
    "administration-category-restore": post(only(RULERS, 302)),
    "administration-question-add":     post(only(RULERS, 302), text="Since when?", kind="text"),
    "administration-question":         get(only(RULERS, 200)) | post(only(RULERS, 302), text="How long?", kind="text"),
    "administration-question-move":    post(only(RULERS, 302)),
    "administration-question-remove":  post(only(RULERS, 302)),
    "administration-replies":          get(works(200)),
    "administration-reply-new":        get(works(200)) | post(only(RULERS, 302, **dict.fromkeys(("agent", "second_line", "change_manager"), 422)), title="Soon", text="Soon."),
    "administration-reply":            get(only(RULERS, 200)) | post(only(RULERS, 302), title="Later", text="Later."),  # the whole desk's
    "administration-reply-retire":     post(only(RULERS, 302)),
    "administration-reply-restore":    post(only(RULERS, 302)),
    "administration-priorities":       get(only(RULERS, 200)),
    "administration-priority-new":     get(only(RULERS, 200)) | post(only(RULERS, 422), name=""),
    "administration-priority":         get(only(RULERS, 200)) | post(only(RULERS, 422), name=""),
    "administration-priority-remove":  get(only(RULERS, 200)) | post(only(RULERS, 302)),
    "administration-incident-rules":   get(only(RULERS, 200)) | post(only(RULERS, 422), reminder_days="never"),
    "administration-propagation":      get(only(RULERS, 200)) | post(only(RULERS, 302)),
}

ONES_OWN: dict[str, Row] = {
    "profile":        get(signed_in(200)) | post(signed_in(302), **SETTINGS),
    "profile-deputy": get(signed_in(200)) | post(signed_in(302), deputy=""),
    "profile-sign-out-elsewhere": post(signed_in(302)),
    "profile-tokens":    get(signed_in(200)),
    "profile-token-new": get(signed_in(200)) | post(signed_in(200), **TOKEN),
    "profile-token-revoke": post(signed_in(404, agent=302)),  # the token is the agent's
    "notifications":      get(signed_in(200)),
    "notifications-read": post(signed_in(302), all="1"),
    "notification-preferences": get(signed_in(200)) | post(signed_in(302)),
}

CONFIGURATION: dict[str, Row] = {
    "cis":      get(reads(200)),
    "cis-find": get(reads(200), q="web"),
    "ci":       get(reads(200, cab_member=404)),  # of an organisation that a CAB member's teams, of which there are none, do not serve
    "ci-new":   get(administers(200)) | post(administers(302), **ITEM, ci_class="@server"),
    "ci-edit":  get(administers(200)) | post(administers(302), **ITEM, ci_class="@server", version="1"),
    "ci-move":  get(administers(200)) | post(administers(302)),
    "ci-relationship-new":     get(administers(200)) | post(administers(302), reading="runs-on", other="db-01"),
    "ci-relationship-remove":  post(administers(302)),
    "ci-relationship-restore": post(administers(302)),
    "services":    get(reads(200)),
    "service":     get(reads(200, cab_member=404)),
    "service-new": get(administers(200)) | post(administers(302), **ITEM, ci_class="@service", user_count="5"),
    "administration-ci-classes":   get(administers(200)),
    "administration-ci-class-new": get(administers(200)) | post(administers(302), name="Kettle", key="kettle", icon="box"),
    "administration-ci-class":     get(administers(200)) | post(administers(302), name="Machine", key="server", icon="box"),
    "administration-relationship-types":    get(administers(200)),
    "administration-relationship-type-new": get(administers(200)) | post(administers(302), **TIE, key="warms"),
    "administration-relationship-type":     get(administers(200)) | post(administers(302), **(TIE | {"impact": "@impact"}), key="runs-on"),
}

PEOPLE: dict[str, Row] = {
    "people-find": get(signed_in(200), q="a"),
    "person": get(only(READS, 200, others=404, requester=200)),  # the requester's
    "team":   get(only(READS, 200, others=404)),  # the service desk's
}

DESK: dict[str, Row] = {
    "home":    get(signed_in(200, **LED)),
    "my-work": get(signed_in(200, **LED)),
    "search":  get(signed_in(200, **LED), q="printer"),
    "palette": get(signed_in(200), q="printer"),
    "incidents":         get(reads(200)),
    "incidents-live":    get(reads(200), since="0"),
    "incidents-columns": get(reads(200)) | post(reads(302), columns="status"),
    "incidents-bulk":    post(works(302), action="take"),
    "incidents-bulk-preview": get(works(200)),
    "incidents-filter":    get(reads(200)),
    "incidents-views":     get(reads(200)),
    "incidents-view-new":  get(reads(200)) | post(reads(302), name="Mine as well", whose="me", query=""),
    "incidents-view-name": get(OWN_VIEW) | post(OWN_VIEW | {"agent": 302}, name="Ours"),
    "incidents-view-restore": post(reads(404)),  # nothing was deleted
    "incidents-view-change":  post(OWN_VIEW | {"agent": 302}),
    "handover":      get(works(302, administrator=200)),  # to one's team; the administrator has none
    "handover-team": get(TEAM_MATES),
    "handover-take": post(TEAM_MATES | {"agent": 302, "manager": 302, "integration": 404}),
    "announcements":    get(only(READS, 200, others=404)),
    "announcement-new": get(only(WORKS, 200, **MERE_READERS)) | post(only(WORKS, 302, **MERE_READERS), title="Printing is slow", state="slow", started_at="2026-01-05T08:00"),
    "announcement":     get(only(READS, 200, others=404)) | post(only(WORKS, 302, **MERE_READERS), title="Printing is slow", state="down", started_at="2026-01-05T08:00"),
    "announcement-end": post(only(WORKS, 302, **MERE_READERS)),
    "incident-new": get(works(200)) | post(works(302), **REPORTS, requester="ben", channel="phone"),
    "incident-similar":          get(works(200), title="The screen"),
    "incident-priority-preview": get(works(200)),
    "incident-script":           get(signed_in(200), category="screens"),
    "metrics":             get(reads(200)),
    "metrics-mine":        get(reads(200)),
    "metrics-person":      get(only(("agent", "manager"), 200, others=404, requester=403, colleague=403, stranger=403, supplier=403)),
    "metrics-definitions": get(reads(200)),
    "metrics-export":      get(reads(200)),
    "ui-kit":     get(signed_in(200)),
    "ui-palette": get(signed_in(200)),
    "kit-preference": post(everybody(302), theme="dark"),
}

A_TICKET: dict[str, Row] = {name: of_ticket(row) for name, row in {
    "ticket":   get(sees(302)),
    "incident": get(sees(200, **LED_IF_SEEN)),
    "incident-story": get(sees(200, requester=403, supplier=403), mark="0"),
    "incident-edit": get(may(WORKS, 200)) | post(may(WORKS, 302), title="Lines across the screen", description="", version="1"),
    "incident-moments": get(may(WORKS, 200)) | post(may(WORKS, 302), fact="detected_at", at="2026-01-05T08:00"),
    "ticket-move": get(may(("agent", "second_line", "manager", "integration"), 200)) | post(may(("agent", "second_line", "manager", "integration"), 302), reason="Not ours"),
    "ticket-comment":  post(may((*WORKS, "requester", "supplier", "integration"), 302), body="Seen", audience="public"),
    "ticket-draft":    post(may(SEES, 204), body="Nearly"),
    "ticket-canned":         get(may(WORKS, 200)) | post(may(WORKS, 302), canned="@reply"),
    "ticket-canned-options": get(may(WORKS, 200)),
    "ticket-presence": post(may((*WORKS, "auditor", "integration"), 200)),
    "ticket-mentions": get(may(WORKS, 200)),
    "ticket-watch":    post(may(SEES, 302)),
    "handover-note": get(TEAM_MATES) | post(TEAM_MATES | {"agent": 302, "manager": 302}, note="Ask the supplier again"),
    "ticket-part":         get(may(WORKS, 200)) | post(may(WORKS, 302), title="Look under it"),
    "ticket-task-move":    get(may(WORKS, 200)) | post(may(WORKS, 302)),
    "ticket-unlink":       post(may(WORKS, 302)),
    "ticket-leave-parent": post(may(WORKS, 302)),
    "ticket-item":         post(may(WORKS, 302)),
    "ticket-referral":     post(may(WORKS, 302)),
    "incident-tell-children": get(may(WORKS, 200)) | post(may(WORKS, 302), text="It will be long"),
    "file": get(sees(200)),  # a picture that the requester sent
}.items()}  # fmt: skip

THE_PORTAL: dict[str, Row] = {
    "portal":             get(PORTAL),
    "portal-suggestions": get(signed_in(204, supplier=302), title="zz zz"),
    "portal-services":    get(PORTAL),
    "portal-affected":    post(PORTAL_DONE | {"stranger": 404}),  # announced for the requester's organisation
    "portal-report":      get(PORTAL) | post(PORTAL_DONE, **REPORTS),
    "portal-questions":   get(PORTAL, category="screens"),
    "portal-tickets":     get(PORTAL),
} | {name: of_ticket(row) for name, row in {
    "portal-ticket":   get(sees(200) | {"colleague": 404, "supplier": 302}),
    "portal-reply":    post(may(("requester",), 302, supplier=302), body="Any news?"),
    "portal-confirm":  post(may(("requester",), 302, supplier=302), "resolved"),
    "portal-reopen":   get(may(("requester",), 200, supplier=302), "resolved") | post(may(("requester",), 302, supplier=302), "resolved", reason="Still dark"),
    "portal-withdraw": get(may(("requester",), 200, supplier=302)) | post(may(("requester",), 302, supplier=302)),
}.items()}  # fmt: skip

FOR_SUPPLIERS: dict[str, Row] = {
    "supplier": get(only(("supplier",), 200, others=404)),
} | {name: of_ticket(row) for name, row in {
    "supplier-ticket":  get(only(("supplier",), 200, others=404)),
    "supplier-reply":   post(only(("supplier",), 302, others=404), body="On our way"),
    "supplier-details": post(only(("supplier",), 302, others=404), reference="N-1"),
    "supplier-return":  get(only(("supplier",), 200, others=404)) | post(only(("supplier",), 302, others=404), answer="Changed the panel"),
}.items()}  # fmt: skip
# fmt: on

PAGES: dict[str, Row] = {
    **MACHINES,
    **SIGNING_IN,
    **ADMINISTRATION,
    **RULED,
    **ONES_OWN,
    **CONFIGURATION,
    **PEOPLE,
    **DESK,
    **A_TICKET,
    **THE_PORTAL,
    **FOR_SUPPLIERS,
}
