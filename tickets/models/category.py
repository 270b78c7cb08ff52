import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.trees import TreeNode


@pghistory.track()
class Category(TreeNode):
    """A branch of the tree by which tickets are sorted, routed and, where needed, restricted to named teams."""

    subject_kind = "category"

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100)
    parent = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="children", verbose_name=_("inside")
    )
    support_team = models.ForeignKey(
        "accounts.Team", models.RESTRICT, null=True, blank=True, related_name="+", verbose_name=_("support team")
    )
    restricted_to = models.ManyToManyField(
        "accounts.Team",
        related_name="+",
        blank=True,
        verbose_name=_("restricted to"),
        help_text=_("Tickets of this category are seen by these teams and the people named on them, nobody else."),
    )
    is_requestable = models.BooleanField(_("shown in the portal"), default=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class CategoryQuestion(models.Model):
    """A question of a category's first-contact script."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        YES_NO = "yes_no", _("Yes or no")
        CHOICE = "choice", _("One of several")

    category = models.ForeignKey(Category, models.CASCADE, related_name="questions")
    text = models.CharField(_("question"), max_length=200)
    kind = models.CharField(_("kind of answer"), max_length=6, choices=Kind, default=Kind.TEXT)
    choices = models.TextField(_("choices, one a line"), blank=True)
    is_required = models.BooleanField(_("must be answered"), default=False)
    is_for_requester = models.BooleanField(_("asked in the portal too"), default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.text
