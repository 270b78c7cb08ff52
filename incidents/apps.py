from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = _("Incidents")

    def ready(self) -> None:
        from core import kinds
        from incidents import handover, navigation, panels, subscribers  # noqa: F401  # three register themselves
        from incidents.effects import commented
        from incidents.lifecycle import LIFECYCLE
        from incidents.models import Incident
        from tickets.models import Ticket

        kinds.register(
            kinds.Kind(
                name="incident",
                label=_("Incident"),
                label_plural=_("Incidents"),
                model=Incident,
                root=Ticket,
                lifecycle=LIFECYCLE,
                series="INC",
                url=lambda incident: f"/incidents/{incident.number}/",
                commented=commented,
            )
        )
        navigation.register()
