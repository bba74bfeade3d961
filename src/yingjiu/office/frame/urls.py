"""Addresses of the frame."""

from __future__ import annotations

from django.urls import path

from yingjiu.office.frame import views

app_name = "frame"
urlpatterns = [
    path("badges", views.badges, name="badges"),
    path("draft", views.draft, name="draft"),
    path("alive", views.alive, name="alive"),
    path("returned", views.returned, name="returned"),
    path("watermark.css", views.watermark, name="watermark"),
    path("language", views.language, name="language"),
]
