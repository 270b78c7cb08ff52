"""What goes wrong at Northgate: kinds of incident with the words that people use for them."""

from dataclasses import dataclass

# key, name, parent, restricted to
CATEGORIES = [
    ("applications", "Applications", None, ()),
    ("app-slow", "Slow", "applications", ()),
    ("app-error", "Error message", "applications", ()),
    ("app-access", "No access", "applications", ()),
    ("hardware", "Hardware", None, ()),
    ("hw-printer", "Printer", "hardware", ()),
    ("hw-scanner", "Hand scanner", "hardware", ()),
    ("hw-pc", "Computer or screen", "hardware", ()),
    ("network", "Network", None, ()),
    ("net-vpn", "Remote access", "network", ()),
    ("net-wifi", "Wireless", "network", ()),
    ("communication", "Mail and telephone", None, ()),
    ("com-mail", "Mail and calendar", "communication", ()),
    ("com-phone", "Telephone", "communication", ()),
    ("security", "Security matter", None, ("platform", "service-desk")),
    ("personnel", "Personnel matter", None, ("applications",)),
]

# category, question, kind, choices, required, asked in the portal
QUESTIONS = [
    ("hw-printer", "Which printer is it?", "text", "", True, True),
    ("hw-printer", "Does the test page come out?", "yes_no", "", False, True),
    ("net-vpn", "Where are you connecting from?", "choice", "Home\nA hotel\nA customer\nOn the road", False, True),
    ("app-error", "What does the message say?", "text", "", False, True),
    ("app-slow", "Do colleagues have it too?", "yes_no", "", False, True),
]

CANNED = [
    ("Ask for the label roll", "Dear {{ requester }}, which label roll is in the printer now? A photo of it helps."),
    (
        "We look into it",
        "Dear {{ requester }}, thank you for telling us. We are looking into {{ number }} and write again soon.",
    ),
    ("Please restart", "Please restart the device once and tell us whether it is still so."),
]


@dataclass(frozen=True)
class Story:
    """A kind of incident: where it happens, how it is told, how it ends, and how often it comes (`weight`)."""

    service: str
    category: str
    titles: tuple[str, ...]
    description: str
    finding: str
    resolution: str
    team: str = ""
    weight: int = 3
    impact: tuple[int, ...] = (2, 3, 3)
    urgency: tuple[int, ...] = (2, 2, 3)
    question: str = "Since when exactly, and does a colleague see it too?"
    answer: str = "Since this morning, and yes, two others have it."


STORIES = (
    Story(
        "order-desk",
        "app-slow",
        (
            "Order desk: saving an order takes 40 s or times out",
            "Order desk slow since this morning",
            "Orders hang on Save",
        ),
        'Saving an order takes forty seconds, sometimes it ends with "timed out" and the order is gone. '
        "All four desks in hall 2 have it.",
        "Long-running statements on the order table; a snapshot holds the clean-up back.",
        "A snapshot held the database's clean-up back. It is ended; saving takes two seconds again.",
        "applications",
        5,
        (1, 2, 2),
        (1, 2),
    ),
    Story(
        "order-desk",
        "app-error",
        ("Order form shows error 504", "Cannot book container, error 504"),
        "When I press Book, error 504 comes up.",
        "The application server ran out of workers.",
        "The application had too few workers for the morning; it has more now.",
        "applications",
        3,
    ),
    Story(
        "warehouse",
        "hw-scanner",
        (
            "Hand scanners in hall 3 cannot reach the warehouse system",
            "Scanner loses connection in aisle 40",
            "Forklift tablet loses the map in aisle 40",
        ),
        'The scanner says "no server" every few minutes.',
        "Weak coverage at the end of the aisle.",
        "The access point above the aisle was replaced.",
        "network",
        5,
        (1, 2, 3),
        (1, 2),
    ),
    Story(
        "payments",
        "app-error",
        ("Card payments declined at all shops", 'Terminal shows "host not reachable"'),
        "Every card is declined.",
        "The provider's line was down.",
        "The provider's line is back; the spare line takes over faster now.",
        "network",
        2,
        (1, 1, 2),
        (1,),
    ),
    Story(
        "customer-portal",
        "app-error",
        ("Booking confirmation mails arrive twice", "Tracking page shows yesterday's status"),
        "Customers call because of it.",
        "A job ran on both machines.",
        "The job runs on one machine only.",
        "applications",
    ),
    Story(
        "payroll",
        "app-error",
        ('Payroll export to the bank stops with "file locked"',),
        "The export must go out today.",
        "A backup held the file.",
        "The backup runs at another hour now.",
        "applications",
        1,
        (2,),
        (1, 2),
    ),
    Story(
        "email",
        "com-mail",
        (
            "Shared calendar of the dispatch team shows last week",
            "Mails to customers come back",
            "Cannot open the shared mailbox",
        ),
        "It was fine on Friday.",
        "The mailbox was moved and its permissions were not.",
        "Permissions are set again.",
        "",
        6,
    ),
    Story(
        "file-shares",
        "app-access",
        ("New starter cannot open the tariff spreadsheet", "No access to the finance folder"),
        "She needs it for her work.",
        "Her group was missing.",
        "She is in the group now.",
        "",
        5,
        (3,),
        (2, 3),
    ),
    Story(
        "remote-access",
        "net-vpn",
        ("VPN drops every 30 minutes for home workers", "Cannot sign in to VPN after password change"),
        "Then I have to sign in again.",
        "The session limit was set too low with the last update.",
        "The limit is back at ten hours.",
        "network",
        6,
    ),
    Story(
        "site-network",
        "net-wifi",
        ("No wireless in meeting room 2.08", "Gate camera feed freezes after switch port change"),
        "The icon shows a triangle.",
        "The port was in the wrong network.",
        "The port is in the right network.",
        "network",
        4,
    ),
    Story(
        "telephony",
        "com-phone",
        ("Telephone queue announces the old opening hours", "Headset has no sound"),
        "Callers hear the wrong thing.",
        "An old announcement was active.",
        "The new announcement is active.",
        "network",
        4,
        (3,),
        (2, 3),
    ),
    Story(
        "printing",
        "hw-printer",
        (
            "Customs label printer in Rotterdam prints blank labels",
            "Printer on the second floor jams",
            "Labels come out empty",
        ),
        "Nothing is on the label.",
        "The roll was in the wrong way round.",
        "The roll is turned; three labels tried.",
        "workplace",
        7,
        question="Which label roll is in the printer now?",
        answer="The wide one, from the new box.",
    ),
    Story(
        "workplace",
        "hw-pc",
        (
            "Second monitor flickers on the new docking station",
            "Laptop does not charge",
            "Screen in meeting room asks for a code",
        ),
        "It started after the move.",
        "Old firmware in the dock.",
        "The dock has new firmware.",
        "workplace",
        6,
        (3,),
        (3, 2),
    ),
    Story(
        "email",
        "security",
        ("Strange mail asks for my password", "Clicked a link in a mail"),
        "I typed my password before I thought about it.",
        "Sign-ins from elsewhere; sessions ended.",
        "Your password is changed and all sessions are ended. Nothing was taken.",
        "platform",
        1,
        (2,),
        (1,),
    ),
)
