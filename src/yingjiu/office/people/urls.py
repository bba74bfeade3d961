"""Addresses of people."""

from __future__ import annotations

from django.urls import path

from yingjiu.office.people import bench_views, exporting, views

app_name = "people"
urlpatterns = [
    path("", views.search, name="search"),
    path("found/<int:pk>/", views.results, name="results"),
    path("found/<int:pk>/open/", views.open_file, name="open"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/reveal/<slug:what>/", views.reveal, name="reveal"),
    path("<int:pk>/show/<slug:part>/", views.show_part, name="show"),
    path("<int:pk>/household/<slug:code>/", views.household, name="household"),
    path("<int:pk>/export/", exporting.export, name="export"),
    path("<int:pk>/part/<int:alias>/", views.part_person, name="part"),
    path("matches/", bench_views.bench, name="bench"),
    path("matches/start/", bench_views.start, name="bench-start"),
    path("matches/link/", bench_views.link, name="bench-link"),
    path("matches/undo/", bench_views.undo, name="undo"),
    path("matches/<slug:code>/", bench_views.pair, name="pair"),
    path("matches/<slug:code>/decide/", bench_views.decide, name="decide"),
]
