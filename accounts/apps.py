from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import navigation  # noqa: F401 - it registers
        from accounts.groups import install_groups

        post_migrate.connect(install_groups, sender=self, dispatch_uid="accounts.install_groups")
