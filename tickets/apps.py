from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self) -> None:
        import tickets.indexing
        import tickets.mentioning
        import tickets.scanning  # noqa: F401 - all three follow what happens
        from core import kinds
        from tickets import auditing, navigation, panels  # noqa: F401 - panels registers itself
        from tickets.lifecycle import LIFECYCLE
        from tickets.models import Task

        kinds.register(
            kinds.Kind(
                name="task",
                label=_("Task"),
                label_plural=_("Tasks"),
                model=Task,
                root=Task,
                lifecycle=LIFECYCLE,
                series="TSK",
            )
        )
        auditing.register()
        navigation.register()
