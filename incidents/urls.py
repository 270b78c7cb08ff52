from django.urls import path

from incidents.queue import QUEUE
from incidents.views import moments, opening, record
from tickets.queue import views as queue

urlpatterns = [
    path("incidents/", queue.queue, {"queue": QUEUE}, name="incidents"),
    path("incidents/live/", queue.live, {"queue": QUEUE}, name="incidents-live"),
    path("incidents/bulk/", queue.bulk_act, {"queue": QUEUE}, name="incidents-bulk"),
    path("incidents/bulk/preview/", queue.bulk_preview, {"queue": QUEUE}, name="incidents-bulk-preview"),
    path("incidents/columns/", queue.choose_columns, {"queue": QUEUE}, name="incidents-columns"),
    path("incidents/new/", opening.new, name="incident-new"),
    path("incidents/similar/", opening.similar_open, name="incident-similar"),
    path("incidents/priority/", opening.priority_preview, name="incident-priority-preview"),
    path("incidents/script/", opening.script, name="incident-script"),
    path("incidents/<str:number>/", record.incident, name="incident"),
    path("incidents/<str:number>/edit/<slug:part>/", record.edit, name="incident-edit"),
    path("incidents/<str:number>/moments/", moments.state, name="incident-moments"),
]
