"""Addresses of sealed records."""

from __future__ import annotations

from django.urls import path

from yingjiu.office.sealing import views

app_name = "sealing"
urlpatterns = [
    path("", views.requests, name="requests"),
    path("apply/", views.apply, name="apply"),
    path("requests/<int:pk>/", views.one, name="request"),
    path("requests/<int:pk>/open/", views.opened, name="open"),
    path("seals/", views.seals, name="seals"),
    path("seals/<int:pk>/lift/", views.lift, name="lift"),
    path("seal/<str:label>/<int:key>/", views.seal, name="seal"),
]
