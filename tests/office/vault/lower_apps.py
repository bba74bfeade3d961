"""Settings of the office's lowest apps alone, for tests that start many processes."""

from yingjiu.office.settings import *  # noqa: F403 - settings are made that way
from yingjiu.office.settings import INSTALLED_APPS as ALL_APPS

LOWER = ("vault", "accounts", "audit", "frame", "sealing")
INSTALLED_APPS = [
    app
    for app in ALL_APPS
    if not app.startswith("yingjiu.office.") or app.removeprefix("yingjiu.office.").split(".")[0] in LOWER
]
