"""Addresses of documents and templates. A subject is named by its kind and key: ``relief.reliefcase/12``."""

from __future__ import annotations

from django.urls import path

from yingjiu.office.documents import views

app_name = "documents"
urlpatterns = [
    path("of/<str:kind>/<int:key>/", views.of, name="of"),
    path("of/<str:kind>/<int:key>/make", views.produce, name="produce"),
    path("<int:pk>/", views.preview, name="preview"),
    path("<int:pk>/file", views.download, name="download"),
    path("opened/<int:permit>/<int:pk>/", views.opened, name="opened"),
    path("<int:pk>/issue", views.issue, name="issue"),
    path("<int:pk>/void", views.void, name="void"),
    path("templates/", views.templates, name="templates"),
    path("templates/<slug:template>/", views.template, name="template"),
    path("templates/<slug:template>/file", views.template_file, name="template_file"),
    path("templates/<slug:template>/restore", views.restore, name="restore"),
    path("templates/<slug:template>/<int:pk>/file", views.version_file, name="version_file"),
]
