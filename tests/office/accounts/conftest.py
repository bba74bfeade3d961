"""Quick password hashes: these tests sign in often, and what they prove does not depend on the hash."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.hashers import make_password

from tests.office.house import PASSWORD, House
from yingjiu.office.accounts.models import User

QUICK = "django.contrib.auth.hashers.MD5PasswordHasher"
SLOW = "django.contrib.auth.hashers.ScryptPasswordHasher"


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = [QUICK, SLOW]


@pytest.fixture
def house(house: House, _quick_hashes: None) -> House:
    encoded = make_password(PASSWORD)
    User.objects.update(password=encoded)
    for user in house.users.values():
        user.password = encoded
    return house
