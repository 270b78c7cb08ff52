from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmdbConfig(AppConfig):
    name = "cmdb"
    verbose_name = _("Configuration")

    def ready(self) -> None:
        from cmdb import auditing, navigation
        from cmdb.lifecycle import LIFECYCLE
        from cmdb.models import ConfigurationItem
        from core import kinds

        kinds.register(
            kinds.Kind(
                name="ci",
                label=_("Configuration item"),
                label_plural=_("Configuration items"),
                model=ConfigurationItem,
                root=ConfigurationItem,
                lifecycle=LIFECYCLE,
                series="",
                url=lambda ci: ci.get_absolute_url(),
            )
        )
        auditing.register()
        navigation.register()
