"""``rotate_keys``: change the keys of what is encrypted, while people work."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from yingjiu.errors import YingjiuError
from yingjiu.office.vault import rotation
from yingjiu.office.vault.keys import Use, key_ring

SECONDS = 2.0
"""Between two lines of progress."""


class Command(BaseCommand):
    """Start or resume a rotation; retire the old keys; say where it stands."""

    help = "Change the keys of encrypted data: run it, then run it with --retire."

    def add_arguments(self, parser: CommandParser) -> None:
        """Options."""
        parser.add_argument("--only", choices=["encrypt", "index"], help="one kind of key; both unless given")
        parser.add_argument("--batch", type=int, default=rotation.BATCH, help="rows in one transaction")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--retire", action="store_true", help="remove old keys that nothing is under")
        what.add_argument("--status", action="store_true", help="say what is under old keys, change nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do what is asked."""
        uses: tuple[Use, ...] = (options["only"],) if options["only"] else ("encrypt", "index")
        try:
            if options["status"]:
                self._status(uses)
            elif options["retire"]:
                self._retire(uses)
            else:
                self._rotate(uses, options["batch"])
        except YingjiuError as error:
            raise CommandError(str(error)) from error

    def _rotate(self, uses: tuple[Use, ...], batch: int) -> None:
        for use in uses:
            going = bool(rotation.old_keys(use))
            key = rotation.start(use)
            says = _("{use}: going on under key {key}") if going else _("{use}: new key {key}")
            self.stdout.write(says.format(use=use, key=key.id))
        told = 0.0
        for progress in rotation.rewrite(frozenset(uses), batch=batch):
            if time.monotonic() - told >= SECONDS or progress.done == progress.total:
                told = time.monotonic()
                self.stdout.write(
                    f"  {progress.model} {progress.done:,} / {progress.total:,} ({progress.rewritten:,})"
                )
                self.stdout.flush()
        self.stdout.write(
            _(
                "Everything is rewritten. Make a backup of database and keys, then remove the old keys: "
                "rotate_keys --retire"
            )
        )

    def _retire(self, uses: tuple[Use, ...]) -> None:
        waiting = [use for use in uses if rotation.old_keys(use)] or list(uses)
        for use in waiting:
            for key in rotation.retire(use):
                self.stdout.write(_("key {key} is removed").format(key=key.id))
        self.stdout.write(_("Backups made before need the keys.json that was backed up with them."))

    def _status(self, uses: tuple[Use, ...]) -> None:
        for use in uses:
            for key in key_ring().of(use):
                writes = key == key_ring().current(use)
                says = _("writes") if writes else _("only reads")
                self.stdout.write(f"{key.id}  {key.made_at}  {says}")
            if rotation.old_keys(use):
                for name, count in rotation.uses_of_old_keys(use).items():
                    self.stdout.write(f"  {name}: {count if count >= 0 else '?'}")
