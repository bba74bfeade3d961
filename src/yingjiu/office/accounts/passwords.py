"""The password policy: length, kinds of characters, no names, none of the last five, and its age.

The validators stand in ``settings.AUTH_PASSWORD_VALIDATORS``; Django's own against common passwords is there
too. Ages come from ``settings.YINGJIU_PASSWORD_DAYS``.
"""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = [
    "KindsValidator",
    "LengthValidator",
    "NameValidator",
    "ReuseValidator",
    "must_change",
    "set_password",
    "temporary_password",
]

_KINDS: Final = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9\s]")
_ALPHABETS: Final = ("abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKMNPQRSTUVWXYZ", "23456789", "-+=#%")


class LengthValidator:
    """At least so many characters."""

    def __init__(self, least: int = 10) -> None:
        self.least = least

    def validate(self, password: str, user: Any = None) -> None:
        """Raise what is wrong."""
        del user
        if len(password) < self.least:
            raise ValidationError(self.get_help_text(), code="password_short")

    def get_help_text(self) -> str:
        """What is asked for."""
        return _("at least {least} characters").format(least=self.least)


class KindsValidator:
    """Characters of at least so many kinds: small letters, capitals, digits, signs."""

    def __init__(self, least: int = 3) -> None:
        self.least = least

    def validate(self, password: str, user: Any = None) -> None:
        """Raise what is wrong."""
        del user
        if sum(bool(re.search(kind, password)) for kind in _KINDS) < self.least:
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self) -> str:
        """What is asked for."""
        return _("at least {least} of: small letters, capitals, digits, signs").format(least=self.least)


class NameValidator:
    """No part of the user's own names and telephone."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise what is wrong."""
        if user is None:
            return
        spelt = "".join(lazy_pinyin(user.display_name))
        told = f"{user.username} {user.display_name} {spelt} {user.phone} {user.email}"
        parts = [part for part in re.split(r"[\s@._\-]+", told.lower()) if len(part) >= 3]
        if any(part in password.lower() for part in parts):
            raise ValidationError(self.get_help_text(), code="password_name")

    def get_help_text(self) -> str:
        """What is asked for."""
        return _("no part of your user name, name (also in pinyin) or telephone")


class ReuseValidator:
    """None of the last passwords."""

    def __init__(self, last: int = 5) -> None:
        self.last = last

    def validate(self, password: str, user: Any = None) -> None:
        """Raise what is wrong."""
        if user is None or not user.pk:
            return
        used = [user.password, *user.used_passwords.values_list("encoded", flat=True)[: self.last - 1]]
        if any(encoded and check_password(password, encoded) for encoded in used):
            raise ValidationError(self.get_help_text(), code="password_used")

    def get_help_text(self) -> str:
        """What is asked for."""
        return _("none of your last {last} passwords").format(last=self.last)


@transaction.atomic
def set_password(user: User, password: str, *, temporary: bool = False) -> None:
    """Give a user a password; the one before is remembered, and other sessions of the user end.

    Args:
        user: whose password it is.
        password: the new one; it must pass the policy.
        temporary: whether the user must choose another one when signing in.

    Raises:
        ValidationError: everything that the policy finds wrong.
    """
    validate_password(password, user)
    before = user.password
    user.set_password(password)
    user.password_changed_at = timezone.now()
    user.must_change_password = temporary
    user.save()
    if before:
        user.used_passwords.create(encoded=before)


def must_change(user: User) -> bool:
    """Whether a user must choose a new password before anything else."""
    if user.must_change_password:
        return True
    days = settings.YINGJIU_PASSWORD_DAYS
    since = user.password_changed_at or user.date_joined
    return bool(days) and timezone.now() - since > timedelta(days=days)


def temporary_password() -> str:
    """A random password that passes the policy, without signs that look alike."""
    letters = [secrets.choice(alphabet) for alphabet in _ALPHABETS]
    letters += [secrets.choice("".join(_ALPHABETS)) for _each in range(8)]
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)
