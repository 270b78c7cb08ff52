from collections.abc import Mapping, Sequence
from typing import Any


class Refused(Exception):
    """Something that the record, as it is now, does not allow. The message is for the person who asked."""


class MoveRefused(Refused):
    """A move that is not open from here, or that a guard holds back."""


class AnswersMissing(Exception):
    """A move or a service was asked for without what it needs; `errors` maps a field to its messages."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__("; ".join(f"{name}: {' '.join(messages)}" for name, messages in errors.items()))
        self.errors = {name: list(messages) for name, messages in errors.items()}


class EditConflict(Exception):
    """Somebody changed the same field since it was read; `fields` maps each to (theirs, mine)."""

    def __init__(self, fields: Mapping[str, tuple[object, object]], by: Any = None, at: Any = None) -> None:
        super().__init__(", ".join(fields))
        self.fields, self.by, self.at = dict(fields), by, at
