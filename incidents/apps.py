from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = _("Incidents")

    def ready(self) -> None:
        import incidents.handover
        import incidents.panels
        import incidents.subscribers  # noqa: F401 - all three register themselves
        from core import kinds
        from incidents import auditing, navigation
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
        auditing.register()
        navigation.register()
