"""What a person follows in the portal: their incidents and those of their organisation, what is said there for them,
what is announced, and how their services are. Only words for the requester are read, whoever looks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cmdb.models import Service
from core.models import Activity
from core.ui import Look, look_of
from incidents.lifecycle import LIFECYCLE
from incidents.models import Announcement, Incident
from incidents.models.incident import HoldReason, Status
from incidents.policies import policy
from incidents.portal import LastWord, Plain, happened, in_plain_words
from tickets.models import Attachment, Comment, Link, Ticket
from tickets.record.timeline import Entry

RELATED = ("requester", "opened_by", "assignee", "owning_team", "resolved_by", "service", "category")
LONGEST = 300
BOARD = 30
CAME_WITH_IT = timedelta(minutes=1)
"""Files that came so soon after a report belong to it."""


# ---------------------------------------------------------------- which incidents


def own_incidents(user: Any) -> QuerySet[Incident]:
    """Those that a person asked for or reported in the portal; besides, without a desk's eyes, those they watch."""
    mine = Q(requester=user) | Q(opened_by=user, channel=Ticket.Channel.PORTAL)
    if not user.access.reads_desk:
        mine |= Q(reader_ids__contains=[user.pk])
    return Incident.objects.visible_to(user).filter(mine)


def shared_incidents(user: Any) -> QuerySet[Incident]:
    """Those of the person's organisation, where it lets its people see all."""
    shared = Incident.objects.visible_to(user)
    return shared.filter(organisation_id__in=user.access.shared_ids) if user.access.shared_ids else shared.none()


def waiting_for(user: Any) -> Q:
    """The condition that an incident rests until this person answers."""
    return Q(requester=user, status=Status.ON_HOLD, hold_reason=HoldReason.REQUESTER)


NEWEST_FIRST = ("-opened_at", "-pk")
"""The order of an organisation's list, which may be long: an index has it."""


def waiting_first(user: Any) -> tuple[Any, str, str]:
    """The order of one's own list: what waits for this person, then what changed last."""
    return Case(When(waiting_for(user), then=0), default=1).asc(), "-updated_at", "-pk"


# ---------------------------------------------------------------- in plain words


@dataclass(frozen=True)
class Row:
    """An incident of a list, in plain words, with what the person may do at once."""

    incident: Incident
    plain: Plain
    waits_for_me: bool
    can_confirm: bool
    can_reopen: bool


def rows(user: Any, incidents: Iterable[Incident]) -> list[Row]:
    """Incidents (with `RELATED`) as rows for this person."""
    incidents = list(incidents)
    said, rules, now = last_words(user, incidents), policy(), timezone.now()
    reopen_for = timedelta(days=rules.reopen_for_days)
    found = []
    for incident in incidents:
        plain = in_plain_words(
            incident,
            user,
            last_word=said.get(incident.pk),
            close_after=timedelta(days=rules.close_after_days),
            reopen_for=reopen_for,
            now=now,
        )
        resolved_at = incident.resolved_at if incident.status == Status.RESOLVED else None
        is_mine = incident.requester_id == user.pk
        found.append(
            Row(
                incident,
                plain,
                waits_for_me=is_mine and plain.state == "waiting_for_you",
                can_confirm=resolved_at is not None and is_mine and incident.may(user, LIFECYCLE.moves["close"]),
                can_reopen=resolved_at is not None
                and resolved_at + reopen_for >= now
                and acts_as_requester(user, incident)
                and incident.may(user, LIFECYCLE.moves["reopen"]),
            )
        )
    return found


def board(user: Any) -> list[Row]:
    """What a person has under way: what waits for them, what is worked on, what they should check."""
    under_way = own_incidents(user).exclude(stage=Ticket.Stage.CLOSED).select_related(*RELATED)
    found = rows(user, under_way.order_by("-updated_at", "-pk")[:BOARD])
    return sorted(found, key=lambda row: (not row.waits_for_me, row.plain.state == "solved_please_check"))


def acts_as_requester(user: Any, incident: Incident) -> bool:
    """Whether the person is on the requester's side of it: somebody of the desk only on what they reported."""
    return not user.access.reads_desk or user.pk in (incident.requester_id, incident.opened_by_id)


def last_words(user: Any, incidents: Iterable[Incident]) -> dict[int, LastWord]:
    """The newest public word of a person on each incident."""
    ids = [incident.pk for incident in incidents]
    if not ids:
        return {}
    comments = _public_words(user).filter(ticket_id__in=ids, is_automatic=False, author__isnull=False)
    newest = comments.order_by("ticket_id", "-created_at", "-pk").distinct("ticket_id").select_related("author")
    return {
        each.ticket_id: LastWord(each.author.get_short_name(), each.text, each.created_at, not each.is_from_requester)
        for each in newest
    }


def _public_words(user: Any) -> Any:
    return Comment.objects.visible_to(user).filter(audience=Activity.Audience.REQUESTER)


# ---------------------------------------------------------------- one incident


def conversation(incident: Incident, user: Any) -> list[Entry]:
    """The report, the public words and the few events that a requester reads of; oldest first."""
    files = Attachment.objects.visible_to(user).filter(
        ticket_id=incident.pk, comment=None, audience=Activity.Audience.REQUESTER
    )
    loose = list(files.select_related("uploaded_by"))
    first = [file for file in loose if file.created_at - incident.opened_at <= CAME_WITH_IT]
    entries = [_report(incident, first), *_words(incident, user), *_events(incident, user)]
    entries += [_file_alone(file, incident) for file in loose if file not in first]
    return sorted(entries, key=lambda entry: entry.at)[-LONGEST:]


def _report(incident: Incident, files: list[Attachment]) -> Entry:
    return Entry(
        id="report",
        kind="requester",
        at=incident.opened_at,
        author=incident.requester,
        body=incident.description or incident.title,
        via=_("Report"),
        files=_files(files),
    )


def _words(incident: Incident, user: Any) -> Iterable[Entry]:
    comments = list(
        _public_words(user)
        .filter(ticket_id=incident.pk)
        .select_related("author")
        .prefetch_related("attachments")
        .order_by("created_at", "pk")
    )
    merged = {comment.merged_from_id for comment in comments} - {None}
    seen = set(Ticket.objects.visible_to(user).filter(pk__in=merged).values_list("pk", flat=True)) if merged else set()
    for comment in comments:
        if comment.merged_from_id and comment.merged_from_id not in seen:
            continue  # somebody else said it on a ticket of their own
        yield Entry(
            id=f"c{comment.pk}",
            kind="requester" if comment.is_from_requester else "public",
            at=comment.created_at,
            author=comment.author or _desk_of(incident),
            body=comment.text,
            via=_("Reply") if comment.is_from_requester else _("From the desk"),
            files=_files(comment.attachments.all()),
        )


def _file_alone(file: Attachment, incident: Incident) -> Entry:
    return Entry(
        id=f"f{file.pk}",
        kind="requester" if file.uploaded_by_id in (incident.requester_id, incident.opened_by_id) else "public",
        at=file.created_at,
        author=file.uploaded_by or _desk_of(incident),
        via=_("File"),
        files=_files([file]),
    )


def _files(attachments: Iterable[Attachment]) -> list[dict[str, Any]]:
    """The files that passed their check; the others a requester cannot have."""
    return [
        {"name": file.name, "url": f"/files/{file.key}/", "size": file.size}
        for file in attachments
        if file.scan == Attachment.Scan.PASSED and file.audience == Activity.Audience.REQUESTER
    ]


def _events(incident: Incident, user: Any) -> Iterable[Entry]:
    activities = Activity.objects.filter(
        subject_kind=Ticket.subject_kind, subject_id=incident.pk, audience=Activity.Audience.REQUESTER
    ).select_related("actor")
    for activity in activities.order_by("at", "pk"):
        event = activity.verb.partition(".")[2]
        who = None
        if activity.actor is not None:
            who = _("You") if activity.actor_id == user.pk else activity.actor.get_short_name()
        text = happened(event, who, activity.data)
        if text is not None:
            yield Entry(
                id=f"a{activity.pk}", kind="change", at=activity.at, text=text, icon=_ICONS.get(event, "circle")
            )


_ICONS = {
    "taken": "user-check",
    "resumed": "player-play",
    "held": "player-pause",
    "resolved": "check",
    "reopened": "refresh",
    "closed": "circle-check",
    "cancelled": "circle-x",
    "withdrawn": "circle-x",
    "reminded": "bell",
}


def _desk_of(incident: Incident) -> str:
    return incident.owning_team.name if incident.owning_team else _("The service desk")


def related_to(incident: Incident, user: Any) -> list[dict[str, Any]]:
    """What this one follows up or what follows it, as far as the person sees those."""
    links = Link.objects.filter(
        Q(source_id=incident.pk) | Q(target_id=incident.pk),
        kind__in=[Link.Kind.FOLLOW_UP_OF, Link.Kind.DUPLICATE_OF],
    )
    others = {}
    for link in links:
        outward = link.source_id == incident.pk
        others[link.target_id if outward else link.source_id] = _TIES[(link.kind, outward)]
    seen = Ticket.objects.visible_to(user).filter(pk__in=others) if others else []
    return [{"ticket": ticket, "words": others[ticket.pk]} for ticket in seen]


_TIES: dict[tuple[str, bool], Any] = {
    (Link.Kind.FOLLOW_UP_OF, True): gettext_lazy("Follows up"),
    (Link.Kind.FOLLOW_UP_OF, False): gettext_lazy("Goes on in"),
    (Link.Kind.DUPLICATE_OF, True): gettext_lazy("Goes on in"),
    (Link.Kind.DUPLICATE_OF, False): gettext_lazy("Joined with"),
}


# ---------------------------------------------------------------- what is announced, and how services are


def current_announcements(user: Any) -> QuerySet[Announcement]:
    """The disturbances of now, with how many said that they are affected and whether this person did."""
    joined = Announcement.affected.through.objects.filter(announcement_id=OuterRef("pk"), user_id=user.pk)
    return (
        Announcement.objects.visible_to(user)
        .current()
        .select_related("service")
        .annotate(affected_count=Count("affected"), is_joined=Exists(joined))
        .order_by("-started_at", "-pk")
    )


@dataclass(frozen=True)
class ServiceState:
    """A service and how it is: `works`, `slow` or `down`, by what is announced."""

    service: Service
    state: str
    announcement: Announcement | None

    @property
    def label(self) -> str:
        return str(Service.State(self.state).label)

    @property
    def look(self) -> Look:
        return look_of(self.state)


def service_states(user: Any, announcements: Iterable[Announcement]) -> list[ServiceState]:
    """The services that are for this person's organisation, those that do not work first."""
    for_all = Q(used_by__isnull=True)
    used = for_all | Q(used_by=user.organisation_id) if user.organisation_id else for_all
    services = Service.objects.visible_to(user).in_use().filter(used, is_requestable=True).order_by("name").distinct()
    worst: dict[int, Announcement] = {}
    for announcement in announcements:
        known = worst.get(announcement.service_id or 0)
        if announcement.service_id and (known is None or announcement.state == "down"):
            worst[announcement.service_id] = announcement
    states = [
        ServiceState(service, worst[service.pk].state if service.pk in worst else "works", worst.get(service.pk))
        for service in services
    ]
    return sorted(states, key=lambda each: ("down", "slow", "works").index(each.state))


def since(announcement: Announcement) -> str:
    """The announcement's title with its beginning: "Order desk is slow since 08:31"."""
    return _("%(title)s since %(moment)s") % {
        "title": announcement.title.rstrip(". "),
        "moment": _moment(announcement.started_at),
    }


def what_to_expect(announcement: Announcement) -> str:
    """Its text, when it should be over, and when the next word comes."""
    pieces = [announcement.text.strip()] if announcement.text.strip() else []
    now = timezone.now()
    if announcement.expected_end_at and announcement.expected_end_at > now:
        pieces.append(_("Expected to be over at about %(moment)s.") % {"moment": _moment(announcement.expected_end_at)})
    if announcement.next_word_at:
        late = announcement.next_word_at <= now
        words = _("The next word is due.") if late else _("Next word by %(moment)s.")
        pieces.append(words % {"moment": _moment(announcement.next_word_at)})
    return " ".join(pieces)


def _moment(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return date_format(local, "H:i" if local.date() == timezone.localdate() else "l j F, H:i")
