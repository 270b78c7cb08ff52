from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Core")

    def ready(self) -> None:
        """Import each app's `subscribers.py`, so that everything recorded finds those who want to know."""
        autodiscover_modules("subscribers")
