from django.urls import path

from tickets.views import files, handover, home, parts, record, words

urlpatterns = [
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
