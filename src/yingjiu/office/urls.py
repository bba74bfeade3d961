"""Addresses of the office: one prefix an app."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

PREFIXES = {
    "accounts": "accounts/",
    "audit": "audit/",
    "frame": "frame/",
    "sealing": "sealing/",
    "jobs": "jobs/",
    "clocks": "clocks/",
    "files": "files/",
    "documents": "documents/",
    "people": "people/",
    "leads": "leads/",
    "relief": "relief/",
    "referrals": "referrals/",
    "intake": "data/",
    "desk": "",
}

urlpatterns = [
    path(prefix, include(f"yingjiu.office.{app}.urls"))
    for app, prefix in PREFIXES.items()
    if find_spec(f"yingjiu.office.{app}.urls")
]

handler500 = "yingjiu.office.frame.middleware.mistake"
