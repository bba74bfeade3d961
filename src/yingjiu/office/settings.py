"""Settings of the office.

What an installation may change comes from the environment; everything it keeps lies in one folder.

================================  ==========================================================================
``YINGJIU_OFFICE_FOLDER``         database, keys, files, pool and queue; ``var/office`` unless given
``DATABASE_URL``                  ``postgres://...``; SQLite in the folder unless given
``YINGJIU_OFFICE_HOSTS``          host names that may be served, separated by commas; this computer only
``YINGJIU_OFFICE_HTTPS``          ``1`` behind a TLS proxy: cookies are then sent over HTTPS only
``YINGJIU_OFFICE_IDLE``           minutes without a click until a session ends; 30
``YINGJIU_OFFICE_PASSWORD_DAYS``  days until a password must be changed; 90; 0 for never
``YINGJIU_OFFICE_TOTP_ROLES``     roles that need a second factor, separated by commas; none
``YINGJIU_OFFICE_RUN_DATE``       day for which models are asked, for training on old data; that of the
                                  folder, kept by the demonstration, or today
``YINGJIU_OFFICE_DEBUG``          ``1`` for a developer: tracebacks in the browser
================================  ==========================================================================
"""

from __future__ import annotations

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from yingjiu.office.databases import database
from yingjiu.office.run_date import run_date
from yingjiu.office.secrets import secret_key

YINGJIU_FOLDER = Path(os.environ.get("YINGJIU_OFFICE_FOLDER", "var/office")).absolute()
YINGJIU_FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)  # people's data: for this user only

YINGJIU_RUN_DATE = run_date(YINGJIU_FOLDER)

SECRET_KEY = secret_key(YINGJIU_FOLDER)
DEBUG = os.environ.get("YINGJIU_OFFICE_DEBUG") == "1"
ALLOWED_HOSTS = [
    host.strip()
    for host in os.environ.get("YINGJIU_OFFICE_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
    if host.strip()
]

APPS = (
    "vault",
    "accounts",
    "audit",
    "frame",
    "sealing",
    "jobs",
    "clocks",
    "files",
    "documents",
    "people",
    "leads",
    "relief",
    "referrals",
    "intake",
    "desk",
)
"""Our apps, from the ground up: each may import those before it."""

INSTALLED_APPS = [
    *(f"yingjiu.office.{app}" for app in APPS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_cotton",
    "django_htmx",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_fsm",
    "rules.apps.AutodiscoverRulesConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yingjiu.office.frame.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "yingjiu.office.speech.engine_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yingjiu.office.accounts.middleware.first_things_first",
    "yingjiu.office.frame.middleware.OfficeFrame",
]

ROOT_URLCONF = "yingjiu.office.urls"
WSGI_APPLICATION = "yingjiu.office.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yingjiu.office.frame.context.frame",
            ],
        },
    }
]
COTTON_DIR = "cotton"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# -- data ------------------------------------------------------------------------------------------------

DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""), YINGJIU_FOLDER)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 9 * 1024 * 1024  # a chunk of an upload is 8 MiB
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# -- people and sessions -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "yingjiu.office.accounts.passwords.LengthValidator"},
    {"NAME": "yingjiu.office.accounts.passwords.KindsValidator"},
    {"NAME": "yingjiu.office.accounts.passwords.NameValidator"},
    {"NAME": "yingjiu.office.accounts.passwords.ReuseValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
YINGJIU_PASSWORD_DAYS = int(os.environ.get("YINGJIU_OFFICE_PASSWORD_DAYS", "90"))
YINGJIU_TOTP_ROLES = [
    role.strip() for role in os.environ.get("YINGJIU_OFFICE_TOTP_ROLES", "").split(",") if role.strip()
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "accounts:login"
SESSION_COOKIE_AGE = 60 * int(os.environ.get("YINGJIU_OFFICE_IDLE", "30"))
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("YINGJIU_OFFICE_HTTPS") == "1"
if SESSION_COOKIE_SECURE:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

# -- what a browser may do ---------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # served from the package: no collectstatic to forget
WHITENOISE_MAX_AGE = 3600

# -- words -------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "yingjiu_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_THOUSAND_SEPARATOR = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
