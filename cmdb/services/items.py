"""What may happen to configuration items, services and their relationships. Configuration managers do it."""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import access_of
from accounts.models import Organisation, User
from cmdb.lifecycle import KEEPERS
from cmdb.models import ConfigurationItem, Relationship, RelationshipType, Service
from core.activity import record
from core.exceptions import AnswersMissing, EditConflict, Refused
from core.models import Activity
from core.moves import save_changes, shown, values_of

RESERVED = frozenset({"new", "find"})
"""Words that stand in the addresses of items, so that no item can be called so."""
Item = TypeVar("Item", bound=ConfigurationItem)


def require_keeper(actor: User | None) -> None:
    """Refuse everybody but configuration managers, administrators and the system itself."""
    if actor is not None and not access_of(actor).roles & KEEPERS:
        raise PermissionDenied(_("Only configuration managers may do this."))


@transaction.atomic
def create_ci(*, actor: User | None, key: str, name: str, **fields: Any) -> ConfigurationItem:
    """Add an item. Its class must be given."""
    return _create(ConfigurationItem(key=key, name=name, **fields), actor)


@transaction.atomic
def create_service(
    *, actor: User | None, key: str, name: str, used_by: Collection[Organisation] = (), **fields: Any
) -> Service:
    """Add a service, which is an item too. Without organisations it is for everybody."""
    service = _create(Service(key=key, name=name, **fields), actor)
    service.used_by.set(used_by)
    return service


@transaction.atomic
def edit_ci(
    *,
    ci: Item,
    actor: User | None,
    base_version: int | None = None,
    used_by: Collection[Organisation] | None = None,
    **fields: Any,
) -> Item:
    """Change columns of an item or a service; of a service, also who uses it. Its key stays; its status moves.

    `base_version` is the version that the person saw: what somebody else changed since and they did not, stays as it
    is; what both changed is an `EditConflict`.
    """
    require_keeper(actor)
    if fixed := {"status", "key"} & fields.keys():
        raise AnswersMissing({name: [_("This cannot be edited.")] for name in sorted(fixed)})
    ConfigurationItem.objects.select_for_update(no_key=True).get(pk=ci.pk)
    ci = _as_it_is(ci)
    _refuse_out_of_sight(ci, actor)
    if base_version is not None:
        fields = _own_changes(ci, base_version, fields)
    before = values_of(ci)
    for name, value in fields.items():
        setattr(ci, name, value)
    _check(ci, fields)
    users: dict[str, list[Any]] = {}
    if used_by is not None and isinstance(ci, Service):
        users = _set_users(ci, used_by)
    if users or any(before[name] != value for name, value in values_of(ci).items()):
        changes = {**save_changes(ci, before, at=timezone.now()), **users}
        record("ci.edited", ci, actor=actor, changes=changes, version=ci.version)
    return ci


@transaction.atomic
def relate(
    *, source: ConfigurationItem, target: ConfigurationItem, type: RelationshipType, actor: User | None
) -> Relationship:
    """Say that `source` hangs together with `target` in this way. Saying it twice is refused."""
    require_keeper(actor)
    if source.pk == target.pk:
        raise Refused(_("An item cannot be related to itself."))
    relationship, is_new = Relationship.objects.get_or_create(source=source, target=target, type=type)
    if not is_new:
        raise Refused(
            _("%(source)s %(type)s %(target)s is known already.")
            % {"source": source.name, "type": type.name, "target": target.name}
        )
    _record_tie("related", source, target, type, actor)
    return relationship


@transaction.atomic
def unrelate(*, relationship: Relationship, actor: User | None) -> None:
    """Take a relationship away; both items' timelines keep that it was."""
    require_keeper(actor)
    source, target, kind = relationship.source, relationship.target, relationship.type
    if Relationship.objects.filter(pk=relationship.pk).delete()[0]:
        _record_tie("unrelated", source, target, kind, actor)


def _own_changes(ci: ConfigurationItem, base_version: int, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields without those that somebody else changed since and this person left as they had seen them."""
    since = Activity.objects.filter(subject_kind=ci.subject_kind, subject_id=ci.pk, version__gt=base_version)
    seen: dict[str, Any] = {}
    last = None
    for activity in since.select_related("actor").order_by("version"):
        for name, (old, _new) in activity.changes.items():
            if name in fields:
                seen.setdefault(name, old)
                last = activity
    untouched, fought = set(), {}
    for name, old in seen.items():
        column: Any = ci._meta.get_field(name)
        mine = shown(column, fields[name].pk if isinstance(fields[name], Model) else fields[name])
        if mine == old:
            untouched.add(name)
        elif mine != shown(column, getattr(ci, column.attname)):
            fought[name] = (getattr(ci, name), fields[name])
    if fought:
        raise EditConflict(fought, by=last.actor if last else None, at=last.at if last else None)
    return {name: value for name, value in fields.items() if name not in untouched}


def _as_it_is(ci: Item) -> Item:
    found: Any = type(ci)._default_manager.get(pk=ci.pk)
    return found


def _create(item: Item, actor: User | None) -> Item:
    require_keeper(actor)
    _refuse_out_of_sight(item, actor)
    _check(item, None)
    if item.key in RESERVED:
        raise AnswersMissing({"key": [_("This word has a meaning in addresses. Choose another key.")]})
    if ConfigurationItem.objects.filter(key=item.key).exists():
        raise AnswersMissing({"key": [_("Another item has this key.")]})
    item.save(force_insert=True)
    record("ci.created", item, actor=actor, data={"key": item.key, "name": item.name}, version=item.version)
    return item


def _refuse_out_of_sight(item: ConfigurationItem, actor: User | None) -> None:
    """Nobody puts an item where they would not see it."""
    access = access_of(actor) if actor is not None else None
    if access is None or access.reads_everywhere or item.organisation_id is None:
        return
    if item.organisation_id not in access.served_ids:
        raise PermissionDenied(_("Your teams do not serve this organisation."))


def _check(item: ConfigurationItem, fields: Mapping[str, Any] | None) -> None:
    left_out = [] if fields is None else [each.name for each in item._meta.concrete_fields if each.name not in fields]
    try:
        item.clean_fields(exclude=[*left_out, "configurationitem_ptr"])
    except ValidationError as error:
        raise AnswersMissing(error.message_dict) from error


def _set_users(service: Service, organisations: Collection[Organisation]) -> dict[str, list[Any]]:
    before = sorted(service.used_by.values_list("name", flat=True))
    service.used_by.set(organisations)
    after = sorted(organisation.name for organisation in organisations)
    return {"used_by": [before, after]} if before != after else {}


def _record_tie(
    event: str, source: ConfigurationItem, target: ConfigurationItem, kind: RelationshipType, actor: User | None
) -> None:
    tie = {"source": source.key, "type": kind.key, "target": target.key}
    record(f"ci.{event}", source, actor=actor, data=tie)
    record(f"ci.{event}", target, actor=actor, data=tie)
