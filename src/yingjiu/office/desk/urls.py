"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from yingjiu.office.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("figures/", views.figures, name="figures"),
    path("figures/export/<slug:name>", views.export, name="export"),
    path("budgets/", views.budgets, name="budgets"),
    path("budgets/new", views.enter_budget, name="enter_budget"),
    path("budgets/<int:pk>/", views.change_budget, name="change_budget"),
    path("maps/", views.maps, name="maps"),
    path("maps/<int:pk>/active", views.show_map, name="show_map"),
    path("maps/<int:pk>.geojson", views.boundaries, name="boundaries"),
]
