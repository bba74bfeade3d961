"""The app ``referrals``."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferralsConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.referrals"
    label = "referrals"

    def ready(self) -> None:
        """Take places in the navigation, fill the letter, own files, and add a section to the dossier."""
        from yingjiu.office.accounts.roles import Role  # noqa: PLC0415 - apps are loaded first
        from yingjiu.office.audit.words import register as register_words  # noqa: PLC0415 - as above
        from yingjiu.office.clocks.matters import register_matter  # noqa: PLC0415 - as above
        from yingjiu.office.documents import registry as documents  # noqa: PLC0415 - as above
        from yingjiu.office.files.registry import register_owner  # noqa: PLC0415 - as above
        from yingjiu.office.frame.navigation import Entry, register  # noqa: PLC0415 - as above
        from yingjiu.office.people import registry as people  # noqa: PLC0415 - as above
        from yingjiu.office.referrals import (  # noqa: PLC0415 - as above
            following,  # noqa: F401 - listens to who handles what
            in_papers,
            letters,
            of_others,
            permissions,  # noqa: F401 - registers the permissions
            selectors,
            under_seal,
        )

        register_words(
            "referrals", {"offer": _("person named to the procuratorate"), "propose": _("measures proposed")}
        )
        from yingjiu.office.referrals.models import Offer, Referral  # noqa: PLC0415 - as above
        from yingjiu.office.relief import assistance  # noqa: PLC0415 - as above

        inside = (Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF, Role.ANALYST)
        register(
            Entry(
                _("Referrals"),
                "referrals:outbox",
                "send",
                40,
                inside,
                selectors.waiting_for_procuratorate,
            )
        )
        register(
            Entry(
                _("Named by agencies"),
                "referrals:offers",
                "user-plus",
                41,
                (*inside, Role.LIAISON),
                selectors.waiting_offers,
            )
        )
        register(
            Entry(
                _("Referred to us"),
                "referrals:inbox",
                "inbox",
                5,
                (Role.LIAISON,),
                selectors.waiting_for_agency,
            )
        )
        documents.register(
            letters.TEMPLATE, "", letters.letter_fields, model=Referral, may_issue=letters.may_issue
        )
        assistance.register(proposed=in_papers.proposed, referred=in_papers.referred)
        under_seal.register_all()
        register_matter(Referral.objects.only("pk"))
        register_matter(Offer.objects.only("pk"))
        register_owner(Referral, of_others.may_see_file)
        people.register_section(_("Referrals"), of_others.referrals_of, icon="ti-send", order=40)
