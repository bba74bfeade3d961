"""Addresses of the audit."""

from __future__ import annotations

from django.urls import path

from yingjiu.office.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.events, name="events"),
    path("export/", views.export, name="export"),
    path("verify/", views.verify, name="verify"),
]
