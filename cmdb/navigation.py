"""What services and configuration bring to the shell."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access import access_of
from accounts.navigation import GROUP as ADMINISTRATION
from cmdb.lifecycle import KEEPERS
from cmdb.models import ConfigurationItem, Service
from core import registries

GROUP = _("Services")
OFFERED = 5


def for_the_desk(request: HttpRequest) -> bool:
    return bool(access_of(request.user).reads_desk)


def for_keepers(request: HttpRequest) -> bool:
    return bool(access_of(request.user).roles & KEEPERS)


@registries.palette_source
def items_in_palette(request: HttpRequest, query: str) -> list[registries.Hit]:
    """The services and items whose name or key fits, services first."""
    if len(query.strip()) < 2 or not for_the_desk(request):
        return []
    services = Service.objects.visible_to(request.user).called(query).order_by("importance", "name")[:OFFERED]
    found = [
        registries.Hit(each.name, each.get_absolute_url(), "server", detail=each.key, group=GROUP) for each in services
    ]
    items = ConfigurationItem.objects.visible_to(request.user).called(query).filter(service__isnull=True)
    return found + [
        registries.Hit(each.name, each.get_absolute_url(), each.ci_class.icon, each.ci_class.name, group=_("Items"))
        for each in items.select_related("ci_class").order_by("importance", "name")[:OFFERED]
    ]


def register() -> None:
    """Called once, when the app is ready."""
    registries.add_entry(registries.Entry(GROUP, _("Services"), "services", "server", for_the_desk, rank=60))
    registries.add_entry(registries.Entry(GROUP, _("Configuration"), "cis", "topology-star-3", for_the_desk, rank=61))
    for rank, (label, url_name, icon) in enumerate(
        [
            (_("CI classes"), "administration-ci-classes", "sitemap"),
            (_("Relationship types"), "administration-relationship-types", "hierarchy-2"),
        ],
        start=940,
    ):
        registries.add_entry(registries.Entry(ADMINISTRATION, label, url_name, icon, for_keepers, rank=rank))
