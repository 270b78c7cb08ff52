from tickets.models.attachment import Attachment
from tickets.models.category import Category, CategoryQuestion
from tickets.models.comment import Comment, Draft
from tickets.models.referral import Referral
from tickets.models.relations import Assignment, Link, TicketCi, Watcher
from tickets.models.search import TicketSearch
from tickets.models.task import Task
from tickets.models.ticket import Ticket
from tickets.models.views import CannedReply, HandoverNote, QueuePreference, SavedView

__all__ = [
    "Assignment",
    "Attachment",
    "CannedReply",
    "Category",
    "CategoryQuestion",
    "Comment",
    "Draft",
    "HandoverNote",
    "Link",
    "QueuePreference",
    "Referral",
    "SavedView",
    "Task",
    "Ticket",
    "TicketCi",
    "TicketSearch",
    "Watcher",
]
