"""Trees by materialised path: a node keeps `/1/4/7/`, so that a subtree is one indexed prefix match."""

from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _


class TreeQuerySet(models.QuerySet):
    def under(self, node: "TreeNode") -> Self:
        """The node and all below it."""
        return self.filter(path__startswith=node.path)


class TreeNode(models.Model):
    """Something with a parent of its own kind and a path of primary keys from the root down to itself."""

    parent_id: int | None  # of the foreign key `parent`, which each kind of tree declares for itself
    path = models.CharField(max_length=250, blank=True, editable=False)

    objects = TreeQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the path right. A node put under itself is refused; a node that moves takes its subtree along."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            parent_path = "/"
            if self.parent_id:
                parent_path = type(self)._default_manager.values_list("path", flat=True).get(pk=self.parent_id)
            path = f"{parent_path}{self.pk}/"
            if path == self.path:
                return
            if self.path and parent_path.startswith(self.path):
                raise ValidationError({"parent": _("It cannot stand under itself.")})
            if self.path:
                below = type(self)._default_manager.filter(path__startswith=self.path).exclude(pk=self.pk)
                below.update(path=Concat(Value(path), Substr(F("path"), len(self.path) + 1)))
            type(self)._default_manager.filter(pk=self.pk).update(path=path)
            self.path = path

    @property
    def depth(self) -> int:
        return max(self.path.count("/") - 2, 0)

    def ancestor_ids(self) -> list[int]:
        """Primary keys from the root down to this node."""
        return [int(part) for part in self.path.strip("/").split("/") if part]


def in_tree_order(nodes: Iterable[Any]) -> list[Any]:
    """Nodes of a tree by name, each after its parent. What stands under a node that is left out comes at the top."""
    nodes = list(nodes)
    shown = {node.pk for node in nodes}
    below: dict[int | None, list[Any]] = {}
    for node in sorted(nodes, key=lambda each: each.name.casefold()):
        below.setdefault(node.parent_id if node.parent_id in shown else None, []).append(node)
    ordered: list[Any] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        node = waiting.pop()
        ordered.append(node)
        waiting.extend(reversed(below.get(node.pk, [])))
    return ordered
