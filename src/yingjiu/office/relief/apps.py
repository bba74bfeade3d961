"""The app ``relief``."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReliefConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.relief"
    label = "relief"

    def ready(self) -> None:
        """Take places in the navigation and the dossier, own files, and fill the forms."""
        from yingjiu.office.accounts.roles import Role  # noqa: PLC0415 - apps are loaded first
        from yingjiu.office.audit.words import register as register_words  # noqa: PLC0415 - as above
        from yingjiu.office.clocks.matters import register_matter  # noqa: PLC0415 - as above
        from yingjiu.office.frame.navigation import Entry, register  # noqa: PLC0415 - as above
        from yingjiu.office.relief import papers, registering, selectors, under_seal, words  # noqa: PLC0415 - as above
        from yingjiu.office.relief import permissions as _permissions  # noqa: F401, PLC0415 - they register
        from yingjiu.office.relief.models import ReliefCase  # noqa: PLC0415 - as above

        register_words("relief", words.CODES)
        deciders = (Role.HEAD, Role.DEPUTY_CHIEF)
        register(
            Entry(
                _("Relief cases"),
                "relief:cases",
                "heart-handshake",
                30,
                (Role.HANDLER, *deciders, Role.ANALYST),
                selectors.waiting_count,
            )
        )
        register(
            Entry(
                _("Approvals"),
                "relief:approvals",
                "checkbox",
                31,
                deciders,
                lambda user: selectors.waiting_approvals(user).count(),
            )
        )
        register(
            Entry(
                _("Payments"),
                "relief:payments",
                "cash",
                32,
                (Role.FINANCE,),
                selectors.waiting_payments_count,
            )
        )
        registering.register_all()
        papers.register_all()
        under_seal.register_all()
        register_matter(ReliefCase.objects.only("number"))
