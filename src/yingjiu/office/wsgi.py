"""The office as a WSGI application, for any server of that kind."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingjiu.office.settings")
application = get_wsgi_application()
