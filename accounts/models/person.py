from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models.functions import Lower, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.access import Access
from accounts.roles import Role
from accounts.validators import visible_characters
from accounts.visibility import PersonQuerySet


class UserManager(BaseUserManager.from_queryset(PersonQuerySet)["User"]):  # type: ignore[misc]  # made at run time
    def create_user(self, username: str, email: str = "", password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, email: str = "", password: str | None = None, **fields: Any) -> "User":
        """A person who may administer. They get the administrator's role from `post_migrate`'s groups, not by flag."""
        fields.setdefault("name", username)
        return self.create_user(username, email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, or an integration's account. People are deactivated, never deleted."""

    subject_kind = "person"

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Density(models.TextChoices):
        COMPACT = "compact", _("Compact")
        NORMAL = "normal", _("Normal")
        RELAXED = "relaxed", _("Relaxed")

    username = models.CharField(_("user name"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    email = models.EmailField(_("mail address"), blank=True)
    name = models.CharField(_("name"), max_length=150, validators=[visible_characters])
    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("organisation"),
    )
    location = models.ForeignKey(
        "accounts.Location", models.RESTRICT, null=True, blank=True, related_name="people", verbose_name=_("location")
    )
    manager = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="reports", verbose_name=_("manager")
    )
    deputy = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="deputises_for", verbose_name=_("deputy")
    )
    deputy_from_on = models.DateField(_("deputy from"), null=True, blank=True)
    deputy_until_on = models.DateField(_("deputy until"), null=True, blank=True)
    job_title = models.CharField(_("job title"), max_length=100, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=50, default="Europe/Amsterdam")
    language = models.CharField(_("language"), max_length=10, default="en-gb")
    is_vip = models.BooleanField(_("VIP"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_integration = models.BooleanField(_("account of an integration"), default=False)
    date_joined = models.DateTimeField(_("added"), db_default=Now())
    theme = models.CharField(_("colours"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    density = models.CharField(_("row height"), max_length=7, choices=Density, default=Density.NORMAL)
    has_shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)
    session_version = models.PositiveIntegerField(default=0, editable=False)  # counting it up ends every session

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_username_ci"),
            models.UniqueConstraint(Lower("email"), name="user_email_ci", condition=~models.Q(email="")),
            models.CheckConstraint(condition=~models.Q(deputy=models.F("pk")), name="user_not_own_deputy"),
        ]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session is checked against: it changes with the password and with `session_version`."""
        return salted_hmac(
            "accounts.User.session", f"{self.password}:{self.session_version}", secret=secret, algorithm="sha256"
        ).hexdigest()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ", 1)[0]

    def get_absolute_url(self) -> str:
        return reverse("person", args=[self.username])

    @cached_property
    def access(self) -> Access:
        """What this person is and may reach, read once per request."""
        return Access.of(self)

    @property
    def roles(self) -> Role:
        return self.access.roles

    def has_role(self, roles: Role) -> bool:
        """Whether the person holds any of the roles."""
        return bool(self.roles & roles)

    @property
    def is_administrator(self) -> bool:
        return self.has_role(Role.ADMINISTRATOR)

    @property
    def standing_deputy(self) -> "User | None":
        """The deputy, on a day on which they stand in."""
        today = timezone.localdate()
        if not self.deputy or (self.deputy_from_on and today < self.deputy_from_on):
            return None
        return None if self.deputy_until_on and today > self.deputy_until_on else self.deputy
