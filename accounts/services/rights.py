"""The table of moves × roles: what lifecycles say by default, and where an administrator departs from it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import MoveRight, User
from accounts.permissions import require_administrator
from accounts.roles import BY_KEY, LABELS, Role, key_of
from core import kinds
from core.activity import record
from core.exceptions import Refused
from core.lifecycle import Move


@dataclass(frozen=True)
class Cell:
    """One cell as it stands: whether the role may make the move, and whether the lifecycle table says so too."""

    kind: str
    move: Move
    role: Role
    is_allowed: bool
    is_default: bool

    @property
    def role_label(self) -> str | Promise:
        return LABELS[self.role]

    @property
    def name(self) -> str:
        return f"{self.move.name}.{key_of(self.role)}"


def table_of(kind: str) -> list[tuple[Move, list[Cell]]]:
    """Every move of a kind with a cell for each role, in the order of the lifecycle table."""
    departures = {
        (right.move, right.role): right.is_allowed for right in MoveRight.objects.filter(kind=kind).order_by("pk")
    }
    rows = []
    for move in kinds.get(kind).lifecycle.moves_list:
        cells = []
        for key, role in BY_KEY.items():
            default = bool(move.by & role)
            allowed = departures.get((move.name, key), default)
            cells.append(Cell(kind, move, role, allowed, allowed == default))
        rows.append((move, cells))
    return rows


@transaction.atomic
def set_move_right(kind: str, move: str, role: Role, is_allowed: bool, *, actor: User | None) -> None:
    """Let a role make a move, or not. What equals the lifecycle table's default leaves no row behind."""
    require_administrator(actor)
    if not kinds.exists(kind) or move not in kinds.get(kind).lifecycle.moves or key_of(role) not in BY_KEY:
        raise Refused(_("There is no such move or role."))
    cell = {"kind": kind, "move": move, "role": key_of(role)}
    default = bool(kinds.get(kind).lifecycle.moves[move].by & role)
    right = MoveRight.objects.select_for_update(no_key=True).filter(**cell).first()
    before = right.is_allowed if right else default
    if before == is_allowed:
        return
    if right is None:
        right = MoveRight.objects.create(**cell, is_allowed=is_allowed)
    record("move_right.changed", right, actor=actor, changes={"allowed": [before, is_allowed]}, data=cell)
    if is_allowed == default:
        right.delete()
    elif right.is_allowed != is_allowed:
        right.is_allowed = is_allowed
        right.save(update_fields=["is_allowed"])


@transaction.atomic
def change_move_rights(kind: str, cells: Iterable[tuple[str, Role, bool]], *, actor: User | None) -> None:
    """Several cells of one kind at once, all or none."""
    require_administrator(actor)
    for move, role, is_allowed in cells:
        set_move_right(kind, move, role, is_allowed, actor=actor)


@transaction.atomic
def reset_move_rights(kind: str, *, actor: User | None) -> int:
    """Go back to the lifecycle table in every cell of a kind; returns how many departed from it."""
    require_administrator(actor)
    departures = list(MoveRight.objects.filter(kind=kind))
    for right in departures:
        if right.role in BY_KEY and right.move in kinds.get(kind).lifecycle.moves:
            set_move_right(kind, right.move, BY_KEY[right.role], not right.is_allowed, actor=actor)
    return len(departures)
