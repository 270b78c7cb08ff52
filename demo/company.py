"""Northgate Logistics: its organisations, places, people and teams. All of them are made up."""

from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from accounts.models import Location, Organisation, Team, User
from accounts.roles import Role
from accounts.services.organisation import create_location, create_organisation
from accounts.services.person import create_person, edit_person
from accounts.services.team import create_team

PASSWORD = "level-keel-2026"
"""The password of every demo person; printed where the demo is started."""

ORGANISATIONS = [
    ("northgate", "Northgate Logistics", "internal", None),
    ("northgate-terminals", "Harbour Terminals", "internal", "northgate"),
    ("northgate-retail", "Northgate Retail", "internal", "northgate"),
    ("lindholm", "Lindholm Freight", "customer", None),
    ("harbourline", "Harbourline Telecom", "supplier", None),
    ("printworks", "Printworks Service", "supplier", None),
]
LOCATIONS = [
    ("rotterdam", "Rotterdam", None),
    ("rotterdam-hall-2", "Hall 2", "rotterdam"),
    ("rotterdam-hall-3", "Hall 3", "rotterdam"),
    ("gothenburg", "Gothenburg", None),
    ("utrecht", "Utrecht, head office", None),
]
R = Role

# user name, name, organisation, location, job title, roles, VIP
PEOPLE = [
    ("mara", "Mara Lindqvist", "northgate", "utrecht", "Service desk agent", R.AGENT, False),
    ("sam", "Sam Whitfield", "northgate", "utrecht", "Service desk lead", R.AGENT | R.INCIDENT_MANAGER, False),
    ("tom", "Tom Okafor", "northgate", "utrecht", "Service desk agent", R.AGENT, False),
    ("jana", "Jana Weiss", "northgate", "rotterdam", "Service desk agent", R.AGENT, False),
    ("pieter", "Pieter Roos", "northgate", "utrecht", "Service desk agent", R.AGENT, False),
    ("elif", "Elif Demir", "northgate", "utrecht", "Application engineer", R.AGENT | R.PROBLEM_MANAGER, False),
    ("luca", "Luca Ferri", "northgate", "utrecht", "Application engineer", R.AGENT, False),
    ("aisha", "Aisha Rahman", "northgate", "utrecht", "Application engineer", R.AGENT, False),
    ("nils", "Nils Bergman", "northgate", "gothenburg", "Network engineer", R.AGENT, False),
    ("yuki", "Yuki Tanaka", "northgate", "rotterdam", "Network engineer", R.AGENT, False),
    ("ravi", "Ravi Menon", "northgate", "utrecht", "Platform engineer", R.AGENT, False),
    ("hanna", "Hanna Virtanen", "northgate", "utrecht", "Platform engineer", R.AGENT, False),
    ("sofie", "Sofie Jansen", "northgate", "rotterdam", "Workplace engineer", R.AGENT, False),
    ("marek", "Marek Nowak", "northgate", "rotterdam", "Workplace engineer", R.AGENT, False),
    ("ruth", "Ruth Aldersey", "northgate", "utrecht", "Change manager", R.CHANGE_MANAGER | R.AGENT, False),
    ("daniel", "Daniel Osei", "northgate", "utrecht", "Head of operations", R.SERVICE_OWNER | R.CAB_MEMBER, True),
    ("grace", "Grace Mbeki", "northgate", "utrecht", "Service level manager", R.SERVICE_LEVEL_MANAGER, False),
    ("priya", "Priya Raman", "northgate", "utrecht", "Configuration manager", R.CONFIGURATION_MANAGER | R.AGENT, False),
    ("ingrid", "Ingrid Sørensen", "northgate", "gothenburg", "Internal audit", R.AUDITOR, False),
    ("noor", "Noor Haddad", "northgate", "utrecht", "Desk administrator", R.ADMINISTRATOR | R.AGENT, False),
    ("ben", "Ben Achterberg", "northgate-terminals", "rotterdam-hall-2", "Customs clerk", R.NONE, False),
    ("oliver", "Oliver Brandt", "northgate-terminals", "rotterdam-hall-2", "Shift lead", R.NONE, False),
    ("carla", "Carla Neri", "northgate", "utrecht", "Sales", R.NONE, False),
    ("nadia", "Nadia Petrov", "northgate-retail", "gothenburg", "Store manager", R.NONE, False),
    ("isak", "Isak Holm", "northgate-retail", "gothenburg", "Store clerk", R.NONE, False),
    ("petra", "Petra Lund", "northgate-terminals", "rotterdam", "Dispatch", R.NONE, False),
    ("henk", "Henk de Wit", "northgate-terminals", "rotterdam-hall-3", "Forklift driver", R.NONE, False),
    ("laura", "Laura Conti", "northgate", "utrecht", "Finance", R.NONE, False),
    ("david", "David Ames", "northgate", "utrecht", "Finance", R.NONE, False),
    ("vera", "Vera Lindner", "northgate", "utrecht", "Managing director", R.NONE, True),
    ("amir", "Amir Karimi", "northgate-terminals", "rotterdam-hall-3", "Warehouse lead", R.NONE, False),
    ("julia", "Julia Sand", "northgate-retail", "gothenburg", "Purchasing", R.NONE, False),
    ("owen", "Owen Price", "northgate", "utrecht", "Personnel", R.NONE, False),
    ("mila", "Mila Kovac", "northgate-terminals", "rotterdam", "Planning", R.NONE, False),
    ("stefan", "Stefan Ek", "lindholm", "gothenburg", "Freight planner", R.NONE, False),
    ("linnea", "Linnea Dahl", "lindholm", "gothenburg", "Freight planner", R.NONE, False),
    ("kofi", "Kofi Boateng", "lindholm", "gothenburg", "Accounts", R.NONE, False),
    ("rosa", "Rosa Marín", "northgate", "utrecht", "Marketing", R.NONE, False),
    ("willem", "Willem Bakker", "harbourline", None, "Field service", R.NONE, False),
    ("kate", "Kate Doyle", "printworks", None, "Field service", R.NONE, False),
]

# key, name, level, lead, members, serves
OURS = ("northgate", "lindholm")
TEAMS = [
    ("service-desk", "Service desk", "service_desk", "sam", ("mara", "tom", "jana", "pieter", "noor", "ruth"), OURS),
    ("applications", "Applications", "second_line", "elif", ("luca", "aisha", "priya"), OURS),
    ("network", "Network", "second_line", "nils", ("yuki",), OURS),
    ("platform", "Platform", "second_line", "ravi", ("hanna",), OURS),
    ("workplace", "Workplace", "second_line", "sofie", ("marek",), OURS),
    ("harbourline", "Harbourline Telecom", "supplier", "willem", (), ()),
]


@dataclass
class Company:
    """Who and what the demo has, by key."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    locations: dict[str, Location] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)


def make_company() -> Company:
    company = Company()
    for key, name, kind, parent in ORGANISATIONS:
        company.organisations[key] = create_organisation(
            actor=None, key=key, name=name, kind=kind, parent=company.organisations.get(parent or ""),
            portal_name="Northgate help" if key == "northgate" else "", phone="4400",
            people_see_all=key == "lindholm",
        )  # fmt: skip
    for key, name, parent in LOCATIONS:
        company.locations[key] = create_location(
            actor=None, key=key, name=name, parent=company.locations.get(parent or "")
        )
    _people(company)
    _teams(company)
    return company


def _people(company: Company) -> None:
    for username, name, organisation, location, job_title, roles, is_vip in PEOPLE:
        company.people[username] = create_person(
            actor=None,
            username=username,
            name=name,
            roles=roles,
            email=f"{username}@northgate.example",
            organisation=company.organisations[organisation],
            location=company.locations.get(location or ""),
            job_title=job_title,
            is_vip=is_vip,
            phone=f"+31 20 555 {1000 + len(company.people):04d}",
        )
    User.objects.filter(username__in=company.people).update(password=make_password(PASSWORD))


def _teams(company: Company) -> None:
    suppliers = {"harbourline": "harbourline"}
    for key, name, level, lead, members, serves in TEAMS:
        company.teams[key] = create_team(
            actor=None,
            key=key,
            name=name,
            level=level,
            lead=company.people[lead],
            email=f"{key}@northgate.example",
            is_default=key == "service-desk",
            supplier=company.organisations.get(suppliers.get(key, "")),
            members=[company.people[username] for username in members],
            serves=[company.organisations[each] for each in serves],
        )
        for username in members:
            edit_person(company.people[username], actor=None, manager=company.people[lead])
