from django.urls import path

from notifications import deliveries, views

urlpatterns = [
    path("notifications/", views.notification_list, name="notifications"),
    path("notifications/read/", views.mark_read, name="notifications-read"),
    path("profile/notifications/", views.preferences, name="notification-preferences"),
    path("administration/deliveries/", deliveries.delivery_list, name="administration-deliveries"),
    path("administration/deliveries/retry/", deliveries.retry, name="administration-deliveries-retry"),
]
