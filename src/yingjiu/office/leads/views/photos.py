"""Photos that come with a form, straight from a telephone's camera."""

from __future__ import annotations

from typing import BinaryIO, Final, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yingjiu.office.files.models import StoredFile
from yingjiu.office.files.services import store
from yingjiu.office.leads.errors import refuse
from yingjiu.office.leads.views.asking import signed_in

__all__ = ["MOST", "stored_photos"]

MOST: Final = 9
KINDS: Final = ("jpeg", "png", "pdf")


def stored_photos(request: HttpRequest) -> list[StoredFile]:
    """Keep the photos of a submission, encrypted.

    Call it inside the transaction that owns them: a file that nothing owns is collected a day later.

    Raises:
        LeadError: ``LEA-016`` too many.
        OfficeError: from files: not a picture.
    """
    sent = request.FILES.getlist("photos")
    if len(sent) > MOST:
        raise refuse(
            "LEA-016",
            _("{count} photos are too many").format(count=len(sent)),
            _("send at most {most}").format(most=MOST),
        )
    user = signed_in(request)
    return [
        store(
            cast("BinaryIO", file), file.name or "photo", user, expected=KINDS
        )  # it reads and seeks like one
        for file in sent
    ]
