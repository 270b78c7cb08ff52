from django.urls import path

from metrics import views

urlpatterns = [
    path("metrics/", views.desk, name="metrics"),
    path("metrics/mine/", views.mine, name="metrics-mine"),
    path("metrics/people/<str:username>/", views.person, name="metrics-person"),
    path("metrics/definitions/", views.definitions, name="metrics-definitions"),
    path("metrics/export/<str:panel>.csv", views.export, name="metrics-export"),
]
