from django.urls import path

from metrics.api.views import FiguresView, FigureView

urlpatterns = [
    path("metrics/", FiguresView.as_view(), name="api-metrics"),
    path("metrics/<str:name>/", FigureView.as_view(), name="api-metrics-one"),
]
