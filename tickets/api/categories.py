"""The tree by which tickets are sorted."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from accounts.api.organisations import BY_NAME, by_name
from accounts.api.readers import desk
from core.api.filters import Filter, flag, reference
from core.api.resources import Resource
from core.api.resources import reference as refers
from core.api.views import DetailView, ListView
from tickets.api.fields import keyed, words, yes_no
from tickets.models import Category


def visible_categories(request: Request) -> Any:
    """The desk sees the whole tree, others what the portal shows."""
    rows = Category.objects.all()
    return rows if desk(request) else rows.filter(is_requestable=True, is_active=True)


CATEGORIES = Resource(
    name="categories",
    label=_("A branch of the tree by which tickets are sorted"),
    label_plural=_("Categories"),
    about=_("For the desk the whole tree; for others what the portal shows."),
    model=Category,
    rows=visible_categories,
    scopes=("tickets", "incidents"),
    fields=(
        words("key"),
        words("name"),
        refers("parent", "parent__key", nullable=True, key="parent__key", name="parent__name"),
        keyed("support_team", nullable=True, shown=desk),
        yes_no("is_requestable", _("Shown in the portal.")),
        yes_no("is_active"),
    ),
    filters={
        "key": Filter("key"),
        "name": Filter("name"),
        "parent": reference("parent__key", nullable=True),
        "is_active": Filter("is_active", flag),
        "is_requestable": Filter("is_requestable", flag),
    },
    orders=BY_NAME,
    search=by_name,
)


class CategoriesView(ListView):
    resource = CATEGORIES


class CategoryView(DetailView):
    resource = CATEGORIES
