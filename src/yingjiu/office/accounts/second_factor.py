"""The second factor: time-based codes (RFC 6238), and backup codes for a lost telephone."""

from __future__ import annotations

import hmac
import io
import secrets
from typing import Final

import pyotp
import segno
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.accounts.errors import AccountError
from yingjiu.office.accounts.events import tell
from yingjiu.office.accounts.models import BackupCode, TotpDevice, User
from yingjiu.office.vault.index import BlindIndex, blind_index

__all__ = [
    "accepts",
    "begin",
    "confirm",
    "confirmed",
    "new_backup_codes",
    "picture",
    "remove",
    "required",
    "uri",
]

CODES: Final = 10
_STEP: Final = 30
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def required(user: User) -> bool:
    """Whether one of the user's roles must have a second factor: ``settings.YINGJIU_TOTP_ROLES``."""
    return bool(settings.YINGJIU_TOTP_ROLES) and user.has_role(*settings.YINGJIU_TOTP_ROLES)


def confirmed(user: User) -> bool:
    """Whether the user's second factor is in force."""
    return TotpDevice.objects.filter(user=user, confirmed_at__isnull=False).exists()


@transaction.atomic
def begin(user: User) -> TotpDevice:
    """A device to be confirmed; a new secret if none waits for its confirmation.

    Raises:
        AccountError: ``ACC-005`` one is in force already.
    """
    device = TotpDevice.objects.select_for_update(no_key=True).filter(user=user).first()
    if device is not None and device.confirmed_at is not None:
        raise AccountError(
            Fault("ACC-005", _("a second factor is in force already"), hint=_("remove it first"))
        )
    return device or TotpDevice.objects.create(user=user, secret=pyotp.random_base32())


def uri(device: TotpDevice) -> str:
    """What an authenticator reads from the picture."""
    issuer = _("Yingjiu judicial relief")
    return pyotp.TOTP(device.secret).provisioning_uri(name=device.user.username, issuer_name=issuer)


def picture(device: TotpDevice) -> bytes:
    """The QR code as an SVG file."""
    written = io.BytesIO()
    segno.make(uri(device), error="m").save(written, kind="svg", scale=5, border=4, light="#fff")
    return written.getvalue()


def _step_of(device: TotpDevice, code: str) -> int | None:
    """The time step whose code this is, now or one step beside; never one that was used."""
    now = int(timezone.now().timestamp()) // _STEP
    totp = pyotp.TOTP(device.secret)
    for step in (now, now - 1, now + 1):
        if step > device.last_step and hmac.compare_digest(totp.generate_otp(step), code):
            return step
    return None


@transaction.atomic
def confirm(user: User, code: str) -> list[str]:
    """Put a device in force by its first code.

    Returns:
        Backup codes, to be shown this once.

    Raises:
        AccountError: ``ACC-004`` wrong code, ``ACC-006`` nothing waits for confirmation.
    """
    device = (
        TotpDevice.objects.select_for_update(no_key=True).filter(user=user, confirmed_at__isnull=True).first()
    )
    if device is None:
        raise AccountError(Fault("ACC-006", _("there is nothing to confirm"), hint=_("open the page again")))
    step = _step_of(device, _plain(code))
    if step is None:
        raise AccountError(
            Fault(
                "ACC-004",
                _("the code is wrong or was used already"),
                hint=_("check the clock of your telephone, and enter the code it shows now"),
            )
        )
    device.confirmed_at, device.last_step = timezone.now(), step
    device.save(update_fields=["confirmed_at", "last_step"])
    tell("administer", user=user, subject=user, detail={"what": "second factor confirmed"})
    return new_backup_codes(user)


@transaction.atomic
def accepts(user: User, code: str) -> bool:
    """Whether a code of the device or an unused backup code fits; it is used up by this."""
    code = _plain(code)
    device = (
        TotpDevice.objects.select_for_update(no_key=True)
        .filter(user=user, confirmed_at__isnull=False)
        .first()
    )
    if device is None or not code:
        return False
    step = _step_of(device, code)
    if step is not None:
        device.last_step = step
        device.save(update_fields=["last_step"])
        return True
    unused = BackupCode.objects.filter(user=user, digest=_digest(code), used_at__isnull=True)
    return bool(unused.update(used_at=timezone.now()))


@transaction.atomic
def new_backup_codes(user: User) -> list[str]:
    """New backup codes; those before no longer hold."""
    user.backup_codes.all().delete()
    codes = ["".join(secrets.choice(_ALPHABET) for _each in range(10)) for _code in range(CODES)]
    BackupCode.objects.bulk_create([BackupCode(user=user, code=code) for code in codes])
    return [f"{code[:5]}-{code[5:]}" for code in codes]


@transaction.atomic
def remove(user: User, *, by: User) -> None:
    """Take a user's second factor and backup codes away."""
    TotpDevice.objects.filter(user=user).delete()
    user.backup_codes.all().delete()
    tell("administer", user=by, subject=user, detail={"what": "second factor removed"})


def _plain(code: str) -> str:
    return "".join(code.lower().replace("-", "").split())


def _digest(code: str) -> BlindIndex:
    return blind_index("accounts.BackupCode.digest", code)
