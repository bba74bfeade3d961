"""Run by a test in a process of its own: four threads take numbers from one database file or server."""

from __future__ import annotations

import json
import threading

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 - Django is set up first

from yingjiu.office.accounts.models import Kind, Level, Organisation  # noqa: E402 - as above
from yingjiu.office.documents.models import NumberSeries  # noqa: E402 - as above
from yingjiu.office.documents.numbering import next_number  # noqa: E402 - as above


def main() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Organisation)
        editor.create_model(NumberSeries)
    office = Organisation(
        name="虚构县人民检察院", kind=Kind.PROCURATORATE, level=Level.COUNTY, short_name="虚县检"
    )
    office.save()
    taken: list[str] = []
    together = threading.Barrier(4)

    def take() -> None:
        together.wait()
        for _each in range(10):
            with transaction.atomic():
                taken.append(next_number(office, "grant_decision", 2025))
        connection.close()

    threads = [threading.Thread(target=take) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("TAKEN" + json.dumps(taken))


main()
