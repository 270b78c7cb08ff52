"""Who wants to know of what: `@on` after commit, from the outbox; `@during` inside the recording transaction."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from core.models import Activity

Subscriber = Callable[[Activity], None]
During = Callable[[list[Activity]], None]

_subscribers: dict[str, dict[str, Subscriber]] = defaultdict(dict)
_during: dict[str, During] = {}


def on(*verbs: str) -> Callable[[Subscriber], Subscriber]:
    """Subscribe a function to verbs such as `incident.reopened`; `incident.*` and `*` match more.

    It runs at least once and in no promised order, so it must be idempotent and read the present state.
    """

    def register(function: Subscriber) -> Subscriber:
        name = f"{function.__module__}.{function.__qualname__}"
        for verb in verbs:
            _subscribers[verb][name] = function
        return function

    return register


def during(function: During) -> During:
    """Call a function inside the recording transaction with its activities. For `sla` and the search index alone."""
    _during[f"{function.__module__}.{function.__qualname__}"] = function
    return function


def subscribers_of(verb: str) -> dict[str, Subscriber]:
    """The subscribers of a verb, by name."""
    family = verb.split(".", 1)[0] + ".*"
    return {**_subscribers.get("*", {}), **_subscribers.get(family, {}), **_subscribers.get(verb, {})}


def subscriber(name: str) -> Subscriber | None:
    """The subscriber of that name, or None when it no longer exists."""
    for found in _subscribers.values():
        if name in found:
            return found[name]
    return None


def during_handlers() -> Iterable[During]:
    return tuple(_during.values())
