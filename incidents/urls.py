from django.urls import path

from incidents.queue import QUEUE
from incidents.views import moments, opening, portal, portal_reporting, portal_tickets, record, supplier, telling
from tickets.queue import saving
from tickets.queue import views as queue

urlpatterns = [
    path("incidents/", queue.queue, {"queue": QUEUE}, name="incidents"),
    path("incidents/live/", queue.live, {"queue": QUEUE}, name="incidents-live"),
    path("incidents/bulk/", queue.bulk_act, {"queue": QUEUE}, name="incidents-bulk"),
    path("incidents/bulk/preview/", queue.bulk_preview, {"queue": QUEUE}, name="incidents-bulk-preview"),
    path("incidents/columns/", queue.choose_columns, {"queue": QUEUE}, name="incidents-columns"),
    path("incidents/filter/", saving.add_filter, {"queue": QUEUE}, name="incidents-filter"),
    path("incidents/views/", saving.all_views, {"queue": QUEUE}, name="incidents-views"),
    path("incidents/views/new/", saving.new_view, {"queue": QUEUE}, name="incidents-view-new"),
    path("incidents/views/<int:pk>/name/", saving.rename_view, {"queue": QUEUE}, name="incidents-view-name"),
    path("incidents/views/<int:pk>/restore/", saving.restore_view, {"queue": QUEUE}, name="incidents-view-restore"),
    path("incidents/views/<int:pk>/<slug:verb>/", saving.change_view, {"queue": QUEUE}, name="incidents-view-change"),
    path("incidents/new/", opening.new, name="incident-new"),
    path("incidents/similar/", opening.similar_open, name="incident-similar"),
    path("incidents/priority/", opening.priority_preview, name="incident-priority-preview"),
    path("incidents/script/", opening.script, name="incident-script"),
    path("incidents/<str:number>/", record.incident, name="incident"),
    path("incidents/<str:number>/edit/<slug:part>/", record.edit, name="incident-edit"),
    path("incidents/<str:number>/moments/", moments.state, name="incident-moments"),
    path("portal/", portal.home, name="portal"),
    path("portal/suggestions/", portal.suggestions, name="portal-suggestions"),
    path("portal/services/", portal.services, name="portal-services"),
    path("portal/announced/<int:pk>/affected/", portal.affected, name="portal-affected"),
    path("portal/report/", portal_reporting.report, name="portal-report"),
    path("portal/report/questions/", portal_reporting.questions, name="portal-questions"),
    path("portal/tickets/", portal_tickets.tickets, name="portal-tickets"),
    path("portal/tickets/<str:number>/", portal_tickets.ticket, name="portal-ticket"),
    path("portal/tickets/<str:number>/reply/", portal_tickets.say, name="portal-reply"),
    path("portal/tickets/<str:number>/confirm/", portal_tickets.it_works, name="portal-confirm"),
    path("portal/tickets/<str:number>/reopen/", portal_tickets.ask, {"name": "reopen"}, name="portal-reopen"),
    path("portal/tickets/<str:number>/withdraw/", portal_tickets.ask, {"name": "withdraw"}, name="portal-withdraw"),
    path("supplier/", supplier.referred, name="supplier"),
    path("supplier/<str:number>/", supplier.one, name="supplier-ticket"),
    path("supplier/<str:number>/reply/", supplier.say, name="supplier-reply"),
    path("supplier/<str:number>/details/", supplier.details, name="supplier-details"),
    path("supplier/<str:number>/return/", supplier.give_back, name="supplier-return"),
    path("incidents/<str:number>/children/tell/", telling.tell_children, name="incident-tell-children"),
]
