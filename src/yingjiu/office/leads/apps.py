"""The app ``leads``."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeadsConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.leads"
    label = "leads"

    def ready(self) -> None:
        """Take places in the navigation, in the dossier of a person, and among the owners of files."""
        from yingjiu.office.accounts.roles import Role  # noqa: PLC0415 - apps are loaded first
        from yingjiu.office.audit.words import register as register_words  # noqa: PLC0415 - as above
        from yingjiu.office.clocks.matters import register_matter  # noqa: PLC0415 - as above
        from yingjiu.office.files.registry import register_owner  # noqa: PLC0415 - as above
        from yingjiu.office.frame.navigation import Entry, register  # noqa: PLC0415 - as above
        from yingjiu.office.leads import (  # noqa: PLC0415 - as above
            of_people,
            papers,
            permissions,  # noqa: F401 - registers the permissions
            selectors,
            under_seal,
            words,
        )
        from yingjiu.office.leads.models import Lead, LeadCheck, LeadHandover  # noqa: PLC0415 - as above
        from yingjiu.office.leads.services import handing_over  # noqa: PLC0415 - as above
        from yingjiu.office.people import registry  # noqa: PLC0415 - as above

        register_words("leads", words.CODES)
        register(
            Entry(
                _("Leads"),
                "leads:inbox",
                "bulb",
                10,
                (Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF, Role.ANALYST),
                selectors.waiting_count,
            )
        )
        register(
            Entry(
                _("Leads handed over"),
                "leads:handovers",
                "arrows-exchange",
                11,
                (Role.HANDLER, Role.HEAD),
                selectors.handovers_waiting,
            )
        )
        register(
            Entry(
                _("My visits"),
                "leads:visits",
                "map-pin",
                11,
                (Role.GRID_WORKER,),
                lambda user: selectors.open_visits(user).count(),
            )
        )
        register(
            Entry(
                _("Questions to us"),
                "leads:questions",
                "message-question",
                12,
                (Role.LIAISON,),
                lambda user: selectors.open_questions(user).count(),
            )
        )
        register_matter(Lead.objects.only("title", "case_no"))
        register_matter(
            LeadHandover.objects.select_related("lead").only("lead", "lead__title", "lead__case_no"),
            follow=handing_over.follow_clock,
        )
        under_seal.register_all()
        papers.register_all()
        registry.register_section(_("Leads"), of_people.leads_of, icon="ti-bulb", order=10)
        registry.register_in_hand(of_people.people_of_own_leads)
        registry.register_case_search(of_people.people_by_case)
        register_owner(
            LeadCheck, lambda user, file: LeadCheck.objects.visible_to(user).filter(photos=file).exists()
        )
