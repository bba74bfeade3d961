"""Addresses of the clocks."""

from __future__ import annotations

from django.urls import path

from yingjiu.office.clocks import views

app_name = "clocks"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("<int:pk>/explain", views.explain, name="explain"),
    path("<int:pk>/breach", views.explain_breach, name="explain_breach"),
]
