"""Addresses of the intake."""

from __future__ import annotations

from django.urls import path

from yingjiu.office.intake import views

app_name = "intake"

urlpatterns = [
    path("", views.sources, name="sources"),
    path("upload/", views.upload, name="upload"),
    path("sources/<slug:name>/", views.source, name="source"),
    path("sources/<slug:name>/take-back/<str:batch>/", views.take_back, name="rollback"),
    path("files/<int:pk>/", views.file, name="file"),
    path("files/<int:pk>/load/", views.load, name="load"),
    path("files/<int:pk>/check/", views.check, name="check"),
    path("files/<int:pk>/discard/", views.discard, name="discard"),
    path("runs/", views.run, name="run"),
    path("runs/<int:pk>/", views.model_run, name="model_run"),
    path("parties/", views.party, name="party"),
    path("parties/<int:pk>/", views.entry, name="entry"),
]
