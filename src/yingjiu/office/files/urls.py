"""Addresses of files."""

from __future__ import annotations

from django.urls import path

from yingjiu.office.files import views

app_name = "files"

urlpatterns = [
    path("uploads/", views.upload, name="upload"),
    path("uploads/<uuid:token>/", views.chunk, name="chunk"),
    path("uploads/<uuid:token>/finish/", views.finish, name="finish"),
    path("<int:pk>/", views.download, name="download"),
    path("opened/<int:permit>/<int:pk>/", views.opened, name="opened"),
    path("<int:pk>/image/", views.image, name="image"),
]
