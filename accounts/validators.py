"""What a name may hold."""

import unicodedata
from ipaddress import ip_network
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

HIDDEN = {"Cc", "Cf", "Co", "Cs"}
JOINERS = {"\u200c", "\u200d"}  # some scripts need them inside words


def visible_characters(value: str) -> None:
    """No control characters and no direction overrides: a name must read as it is stored."""
    if any(unicodedata.category(each) in HIDDEN and each not in JOINERS for each in value):
        raise ValidationError(_("This holds characters that cannot be seen. Type it anew, rather than pasting."))


def known_time_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("There is no time zone called %(value)s."), params={"value": value})


def known_network(value: str) -> None:
    """An address or a network, as `192.0.2.0/24`."""
    try:
        ip_network(value, strict=False)
    except ValueError:
        raise ValidationError(
            _("%(value)s is not an address or a network such as 192.0.2.0/24."), params={"value": value}
        ) from None
