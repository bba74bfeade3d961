"""``replay_relief NUMBER``: compute a sealed decision again; ``--all`` walks every chain of seals."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from yingjiu.office.accounts.models import Organisation
from yingjiu.office.relief.errors import SealError
from yingjiu.office.relief.models import SealedRecord
from yingjiu.office.relief.replay import replay
from yingjiu.office.relief.seal import broken_seals
from yingjiu.office.sealing.querysets import everything

__all__ = ["Command"]


class Command(BaseCommand):
    """Compute sealed decisions again, and find changed, missing or unlinked records."""

    help = "Compute a sealed relief decision again from its record alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The number of a case, or all."""
        parser.add_argument("number", nargs="?", help="number of the relief case")
        parser.add_argument("--all", action="store_true", help="every sealed record of every procuratorate")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Replay; a difference ends the command with an error."""
        if options["all"]:
            self._walk()
            return
        records = SealedRecord.objects.filter(case__number=options["number"] or "").order_by("place")
        if not records:
            raise CommandError(_("there is no sealed record of this case"))
        for record in records:
            self._one(record)

    def _walk(self) -> None:
        wrong = 0
        for office in Organisation.objects.filter(pk__in=everything(SealedRecord).values("organisation")):
            for place, what in broken_seals(office):
                wrong += 1
                self.stderr.write(f"{office} {place}: {what}")
        if wrong:
            raise CommandError(_("{count} sealed records are wrong").format(count=wrong))
        for record in everything(SealedRecord).order_by("organisation", "place").iterator(chunk_size=100):
            self._one(record)

    def _one(self, record: SealedRecord) -> None:
        try:
            found = replay(record)
        except SealError as error:
            raise CommandError(str(error)) from None
        if not found.same:
            raise CommandError(
                _("computed again, these steps have other values: {steps}").format(steps=found.differs)
            )
        amount = "—" if found.amount is None else f"{found.amount:,.2f}"
        low, high = found.recommended
        told = "—" if low is None else f"{low:,.2f}" + ("" if low == high else f" … {high:,.2f}")
        self.stdout.write(
            _("{number}: the same; recommended {recommended}, decided {amount} yuan").format(
                number=record.case.number, recommended=told, amount=amount
            )
        )
