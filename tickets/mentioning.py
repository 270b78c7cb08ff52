"""Whoever is mentioned in words that they may read goes on being told of the ticket."""

from accounts.models import User
from core.models import Activity
from core.subscriptions import on
from tickets.models import Comment
from tickets.services.readers import can_read
from tickets.services.watching import watch_as_mentioned


@on("ticket.commented")
def watch_the_mentioned(activity: Activity) -> None:
    """Make watchers of those mentioned, and of nobody who does not read the words as it is."""
    named = activity.data.get("mentions") or []
    comment = Comment.objects.select_related("ticket").filter(pk=activity.data.get("comment")).first()
    if not named or comment is None:
        return
    people = [
        person
        for person in User.objects.filter(pk__in=named, is_active=True)
        if can_read(person, comment.ticket, audience=comment.audience, supplier_id=comment.supplier_id)
    ]
    if people:
        watch_as_mentioned(ticket=comment.ticket, people=people)
