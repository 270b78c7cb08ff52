"""Who wants to know of what: `@on` after commit, from the outbox; `@during` inside the recording transaction."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from core.models import Activity

Subscriber = Callable[[Activity], None]
During = Callable[[list[Activity]], None]

_subscribers: dict[str, dict[str, Subscriber]] = defaultdict(dict)
_by_name: dict[str, Subscriber] = {}
_during: dict[str, During] = {}


def on(*verbs: str) -> Callable[[Subscriber], Subscriber]:
    """Subscribe a function to verbs such as `incident.reopened`; `incident.*`, `*.reopened` and `*` match more.

    It runs at least once and in no promised order, so it must be idempotent and read the present state.
    """

    def register(function: Subscriber) -> Subscriber:
        name = f"{function.__module__}.{function.__qualname__}"
        for verb in verbs:
            _subscribers[verb][name] = function
        _by_name[name] = function
        return function

    return register


def during(function: During) -> During:
    """Call a function inside the recording transaction with its activities. For `sla` and the search index alone."""
    _during[f"{function.__module__}.{function.__qualname__}"] = function
    return function


def subscribers_of(verb: str) -> dict[str, Subscriber]:
    """The subscribers of a verb, by name."""
    family, _, event = verb.partition(".")
    found: dict[str, Subscriber] = {}
    for pattern in ("*", f"{family}.*", f"*.{event}", verb):
        found.update(_subscribers.get(pattern, {}))
    return found


def subscriber(name: str) -> Subscriber | None:
    """The subscriber of that name, or None when it no longer exists."""
    return _by_name.get(name)


def during_handlers() -> Iterable[During]:
    return tuple(_during.values())
