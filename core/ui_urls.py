from django.urls import path

from core import ui_views

urlpatterns = [
    path("", ui_views.ui_kit, name="ui-kit"),
    path("palette/", ui_views.palette_sample, name="ui-palette"),
    path("preference/", ui_views.set_preference, name="kit-preference"),
]
