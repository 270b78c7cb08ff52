from typing import Any

from django import forms

from accounts.models import User
from notifications.models import Notice, Preference
from notifications.notices import Wish, default_for, offered_to


class PreferencesForm(forms.Form):
    """A box per notice and way, for the notices that can reach this person."""

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notices = offered_to(person.access)
        said = {each.notice: each for each in Preference.objects.filter(user=person)}
        for notice in self.notices:
            wish = said.get(notice) or default_for(notice)
            self.fields[f"{notice}_in_product"] = _box(notice, "in_product", wish.in_product)
            self.fields[f"{notice}_by_mail"] = _box(notice, "by_mail", wish.by_mail)

    def rows(self) -> list[tuple[str, str, forms.BoundField, forms.BoundField]]:
        """Notice, label, box for the product, box for mail; in order."""
        return [
            (notice.value, str(notice.label), self[f"{notice}_in_product"], self[f"{notice}_by_mail"])
            for notice in self.notices
        ]

    def wanted(self) -> dict[Notice, Wish]:
        """What was chosen, once the form is valid."""
        return {
            notice: Wish(self.cleaned_data[f"{notice}_in_product"], self.cleaned_data[f"{notice}_by_mail"])
            for notice in self.notices
        }


def _box(notice: Notice, way: str, is_on: bool) -> forms.BooleanField:
    """Its name is read aloud from the heads of its row and column."""
    named = forms.CheckboxInput({"aria-labelledby": f"notice-{notice} way-{way}"})
    return forms.BooleanField(required=False, initial=is_on, widget=named)
