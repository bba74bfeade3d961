"""``check_vault``: open every encrypted value, and say which are plain, closed or wrongly indexed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yingjiu.errors import YingjiuError
from yingjiu.office.vault.checks import examine

SHOWN = 20
"""Rows that are named for each kind of fault."""


class Command(BaseCommand):
    """Report plaintext, undecryptable values and stray indexes; no value is ever printed."""

    help = "Open every encrypted value and report those that are not encrypted or do not open."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Examine all fields."""
        faulty = values = 0
        in_rows = pgettext("keys", "rows")
        try:
            for state in examine():
                values += state.values
                if state.sound:
                    continue
                for says, keys in (
                    (_("not encrypted"), state.plaintext),
                    (_("does not open"), state.closed),
                    (_("wrong index"), state.astray),
                ):
                    if keys:
                        faulty += len(keys)
                        rows = ", ".join(map(str, keys[:SHOWN])) + (" …" if len(keys) > SHOWN else "")
                        self.stdout.write(f"{state.name}: {len(keys)} {says} ({in_rows} {rows})")
        except YingjiuError as error:
            raise CommandError(str(error)) from error
        if faulty:
            raise CommandError(
                _("{count} of {values} values are faulty; restore these rows from the backup").format(
                    count=faulty, values=values
                )
            )
        self.stdout.write(_("{values} values, all encrypted and all open").format(values=f"{values:,}"))
