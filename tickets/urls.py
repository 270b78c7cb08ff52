from django.urls import include, path

from tickets.views import administration as rules
from tickets.views import administration_replies as replies
from tickets.views import files, handover, home, parts, record, words

administration = [
    path("categories/", rules.categories, name="administration-categories"),
    path("categories/new/", rules.category_new, name="administration-category-new"),
    path("categories/<slug:key>/edit/", rules.category, name="administration-category"),
    path("categories/<slug:key>/retire/", rules.category_retire, name="administration-category-retire"),
    path("categories/<slug:key>/restore/", rules.category_restore, name="administration-category-restore"),
    path("categories/<slug:key>/questions/", rules.question_add, name="administration-question-add"),
    path("categories/<slug:key>/questions/<int:pk>/", rules.question, name="administration-question"),
    path(
        "categories/<slug:key>/questions/<int:pk>/<slug:way>/move/",
        rules.question_move,
        name="administration-question-move",
    ),
    path(
        "categories/<slug:key>/questions/<int:pk>/remove/",
        rules.question_remove,
        name="administration-question-remove",
    ),
    path("replies/", replies.replies, name="administration-replies"),
    path("replies/new/", replies.reply_new, name="administration-reply-new"),
    path("replies/<int:pk>/", replies.reply, name="administration-reply"),
    path("replies/<int:pk>/retire/", replies.reply_retire, name="administration-reply-retire"),
    path("replies/<int:pk>/restore/", replies.reply_restore, name="administration-reply-restore"),
]

urlpatterns = [
    path("administration/", include(administration)),
    path("", home.home, name="home"),
    path("work/", home.my_work, name="my-work"),
    path("handover/", handover.mine, name="handover"),
    path("handover/<slug:key>/", handover.shift, name="handover-team"),
    path("handover/<slug:key>/take/", handover.take, name="handover-take"),
    path("handover/<slug:key>/<str:number>/", handover.note, name="handover-note"),
    path("search/", home.search, name="search"),
    path("palette/", home.palette, name="palette"),
    path("files/<uuid:key>/", files.download, name="file"),
    path("tickets/<str:number>/", record.by_number, name="ticket"),
    path("tickets/<str:number>/moves/<slug:name>/", record.move, name="ticket-move"),
    path("tickets/<str:number>/comment/", words.comment, name="ticket-comment"),
    path("tickets/<str:number>/draft/", words.draft, name="ticket-draft"),
    path("tickets/<str:number>/presence/", record.presence, name="ticket-presence"),
    path("tickets/<str:number>/canned/", words.canned, name="ticket-canned"),
    path("tickets/<str:number>/canned/options/", words.canned_options, name="ticket-canned-options"),
    path("tickets/<str:number>/mentions/", words.mentions, name="ticket-mentions"),
    path("tickets/<str:number>/watch/", record.watch_ticket, name="ticket-watch"),
    path("tickets/<str:number>/add/<slug:part>/", parts.add, name="ticket-part"),
    path("tickets/<str:number>/tasks/<str:task_number>/<slug:name>/", parts.task_move, name="ticket-task-move"),
    path("tickets/<str:number>/links/<int:pk>/remove/", parts.unlink, name="ticket-unlink"),
    path("tickets/<str:number>/parent/remove/", parts.leave_parent, name="ticket-leave-parent"),
    path("tickets/<str:number>/items/<slug:key>/<slug:verb>/", parts.item_verb, name="ticket-item"),
    path("tickets/<str:number>/referrals/<int:pk>/<slug:verb>/", parts.referral_verb, name="ticket-referral"),
]
