"""The app ``referrals``."""

from __future__ import annotations

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.referrals"
    label = "referrals"
