"""Twelve services of Northgate and the 120 items that they stand on, with what hangs on what."""

from dataclasses import dataclass, field
from random import Random

from cmdb.models import CiClass, ConfigurationItem, RelationshipType, Service
from cmdb.services import create_ci, create_service, relate
from demo.company import Company

# key, name, importance, team, users
SERVICES = [
    ("order-desk", "Order desk", 1, "applications", 212),
    ("warehouse", "Warehouse system", 1, "applications", 340),
    ("payments", "Payments", 1, "applications", 95),
    ("customer-portal", "Customer portal", 2, "applications", 1400),
    ("payroll", "Payroll", 2, "applications", 12),
    ("email", "Email and calendar", 2, "platform", 610),
    ("file-shares", "File shares", 3, "platform", 480),
    ("remote-access", "Remote access", 2, "network", 260),
    ("site-network", "Site network", 1, "network", 610),
    ("telephony", "Telephony", 2, "network", 400),
    ("printing", "Printing", 3, "workplace", 520),
    ("workplace", "Workplace devices", 3, "workplace", 610),
]
PER_SERVICE = (("app", "application", 2), ("db", "database", 1), ("vm", "virtual-machine", 3))
PLATFORM = (("srv", "server", 10), ("san", "storage", 3), ("sw", "network-device", 12), ("clu", "cluster", 3))
DEVICES = (("prn", "printer", 12), ("scan", "workplace", 8))


@dataclass
class Estate:
    """The services and items of the demo, by key."""

    services: dict[str, Service] = field(default_factory=dict)
    items: dict[str, ConfigurationItem] = field(default_factory=dict)
    of_service: dict[str, list[ConfigurationItem]] = field(default_factory=dict)


def make_estate(company: Company, random: Random) -> Estate:
    estate = Estate()
    classes = {each.key: each for each in CiClass.objects.all()}
    types = {each.key: each for each in RelationshipType.objects.all()}
    owner = company.people["daniel"]
    for key, name, importance, team, users in SERVICES:
        estate.services[key] = create_service(
            actor=None, key=key, name=name, ci_class=classes["service"], importance=importance,
            support_team=company.teams[team] if key != "workplace" else None, owner=owner, user_count=users,
        )  # fmt: skip
    for stem, ci_class, count in PLATFORM:
        for index in range(1, count + 1):
            keepers = company.teams["network" if ci_class == "network-device" else "platform"]
            _item(estate, f"{stem}-{index:02d}", classes[ci_class], keepers, company, random)
    for key, _name, _importance, team, _users in SERVICES:
        _parts_of(estate, key, classes, types, company.teams[team], company, random)
    for stem, ci_class, count in DEVICES:
        for index in range(1, count + 1):
            item = _item(estate, f"{stem}-{index:02d}", classes[ci_class], company.teams["workplace"], company, random)
            estate.of_service.setdefault("printing" if stem == "prn" else "warehouse", []).append(item)
            relate(
                source=item,
                target=estate.items[f"sw-{random.randint(1, 12):02d}"],
                type=types["connected-to"],
                actor=None,
            )
    return estate


def _item(
    estate: Estate, key: str, ci_class: CiClass, team: object, company: Company, random: Random
) -> ConfigurationItem:
    places = [company.locations["utrecht"], company.locations["rotterdam"], company.locations["gothenburg"]]
    estate.items[key] = create_ci(
        actor=None, key=key, name=key, ci_class=ci_class, support_team=team,
        importance=random.choice([2, 3, 3, 4]), location=random.choice(places),
        status="in_use" if random.random() > 0.05 else "retired",
    )  # fmt: skip
    return estate.items[key]


def _parts_of(
    estate: Estate,
    service: str,
    classes: dict[str, CiClass],
    types: dict[str, RelationshipType],
    team: object,
    company: Company,
    random: Random,
) -> None:
    """A service depends on applications, these on a database, all on machines, those on hosts and storage."""
    stem = service.split("-")[0]
    made: dict[str, list[ConfigurationItem]] = {}
    for part, ci_class, count in PER_SERVICE:
        made[part] = [
            _item(estate, f"{stem}-{part}-{index:02d}", classes[ci_class], team, company, random)
            for index in range(1, count + 1)
        ]
    for app in made["app"]:
        relate(source=estate.services[service], target=app, type=types["depends-on"], actor=None)
        relate(source=app, target=made["db"][0], type=types["depends-on"], actor=None)
    for running, machine in zip([*made["app"], *made["db"]], made["vm"], strict=True):
        relate(source=running, target=machine, type=types["runs-on"], actor=None)
        host = estate.items[f"srv-{random.randint(1, 10):02d}"]
        relate(source=machine, target=host, type=types["runs-on"], actor=None)
    store = estate.items[f"san-{random.randint(1, 3):02d}"]
    relate(source=made["db"][0], target=store, type=types["depends-on"], actor=None)
    switch = estate.items[f"sw-{random.randint(1, 12):02d}"]
    relate(source=estate.services[service], target=switch, type=types["depends-on"], actor=None)
    estate.of_service[service] = [item for items in made.values() for item in items]
