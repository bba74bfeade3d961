"""Keys change while people work: both read meanwhile, and the old one goes when nothing is under it."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import connection, models, transaction
from django.test.utils import isolate_apps

from yingjiu.office.vault import rotation
from yingjiu.office.vault.checks import examine
from yingjiu.office.vault.errors import RotationError
from yingjiu.office.vault.fields import BlindIndexField
from yingjiu.office.vault.index import blind_index
from yingjiu.office.vault.keys import Use, key_ring

BOTH: frozenset[Use] = frozenset({"encrypt", "index"})
COUNT = 25


def number(n: int) -> str:
    return f"3209991990010{n:04d}1"


@pytest.fixture
def rows(secret: Any) -> Any:
    for n in range(COUNT):
        secret.objects.create(name=f"虚构{n}", id_number=number(n), phone=None, finding={"n": n})
    secret.objects.create()  # with nothing in it
    return secret


def stored(column: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM vault_secret ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def found_by_index(rows: Any, n: int) -> bool:
    return bool(rows.objects.filter(id_index=blind_index("vault.Secret.id_number", number(n))).count() == 1)


def rewrite(registry: Apps, uses: frozenset[Use] = BOTH, batch: int = 10) -> list[rotation.Progress]:
    return list(rotation.rewrite(uses, registry=registry, batch=batch))


def test_everything_is_rewritten_and_the_old_keys_go(registry: Apps, rows: Any) -> None:
    old = key_ring()
    rotation.start("encrypt")
    rotation.start("index")
    told = rewrite(registry)
    assert [(each.done, each.total) for each in told] == [(10, 26), (20, 26), (26, 26)]
    assert told[-1].rewritten == 26  # the empty row has a finding
    ring = key_ring()
    assert all(value == "" or value.startswith(f"{ring.current('encrypt').id}:") for value in stored("name"))
    for use in BOTH:
        assert rotation.retire(use, registry=registry) == old.of(use)
    assert [len(key_ring().of(use)) for use in BOTH] == [1, 1]
    assert [(row.name, row.id_number, row.finding) for row in rows.objects.order_by("pk")[:COUNT]] == [
        (f"虚构{n}", number(n), {"n": n}) for n in range(COUNT)
    ]
    assert all(found_by_index(rows, n) for n in range(COUNT))
    assert all(state.sound for state in examine(registry))


def test_rows_are_found_under_old_and_new_keys_meanwhile(registry: Apps, rows: Any) -> None:
    rotation.start("index")
    half = rotation.rewrite(frozenset({"index"}), registry=registry, batch=10)
    next(half)
    assert all(found_by_index(rows, n) for n in range(COUNT))
    wanted = [blind_index("vault.Secret.id_number", number(n)) for n in range(COUNT)]
    assert rows.objects.filter(id_index__in=wanted).count() == COUNT
    assert rows.objects.exclude(id_index__in=wanted).count() == 1
    assert rows.objects.exclude(id_index=wanted[0]).count() == COUNT


def test_what_is_written_meanwhile_is_under_the_new_key(registry: Apps, rows: Any) -> None:
    rotation.start("encrypt")
    made = rows.objects.create(name="虚构新")
    assert stored("name")[-1].startswith(key_ring().current("encrypt").id)
    rewrite(registry)
    assert rows.objects.get(pk=made.pk).name == "虚构新"


def test_starting_twice_goes_on_and_adds_no_second_key(registry: Apps, rows: Any) -> None:
    first = rotation.start("encrypt")
    next(rotation.rewrite(frozenset({"encrypt"}), registry=registry, batch=10))
    assert rotation.start("encrypt") == first
    told = rewrite(registry, frozenset({"encrypt"}), batch=100)
    assert [each.total for each in told] == [COUNT + 1 - 10], "what is done is passed"


def test_a_key_that_something_is_under_is_kept(registry: Apps, rows: Any) -> None:
    for use in BOTH:
        rotation.start(use)
        with pytest.raises(RotationError) as told:
            rotation.retire(use, registry=registry)
        assert told.value.code == "VLT-011"
        assert len(key_ring().of(use)) == 2
    assert rotation.uses_of_old_keys("index", registry=registry) == {"vault.Secret.id_index": COUNT}


def test_without_an_old_key_there_is_nothing_to_retire(registry: Apps, rows: Any) -> None:
    with pytest.raises(RotationError) as told:
        rotation.retire("encrypt", registry=registry)
    assert told.value.code == "VLT-010"


def test_two_rows_that_would_get_one_index_are_told(registry: Apps, rows: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX once ON vault_secret (id_index)")
    rotation.start("index")
    rows.objects.create(id_number=number(3))  # written under the new key: the database sees no double
    with pytest.raises(RotationError) as told, transaction.atomic():
        rewrite(registry)
    assert told.value.code == "VLT-009"
    assert number(3) not in str(told.value)


def test_an_index_that_nothing_can_compute_keeps_its_key(rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with isolate_apps("yingjiu.office.vault") as apps:
        assert apps is not None

        class Gram(models.Model):
            gram = BlindIndexField()

            class Meta:
                app_label = "vault"
                db_table = "vault_gram"

        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE vault_gram (id integer PRIMARY KEY, gram varchar(32))")
        objects = Gram._default_manager
        objects.create(id=1, gram=str(blind_index("vault.Gram.gram", "虚构")))
        rotation.start("index")
        with pytest.raises(RotationError) as told:
            rotation.retire("index", registry=apps)
        assert "vault.Gram.gram" in str(told.value)

        monkeypatch.setattr(rotation, "REBUILDS", {})

        @rotation.rebuilds("vault.Gram.gram")
        def rebuild() -> int:
            return objects.update(gram=str(blind_index("vault.Gram.gram", "虚构")))

        list(rotation.rewrite(frozenset({"index"}), registry=apps))
        rotation.retire("index", registry=apps)
        assert objects.filter(gram=blind_index("vault.Gram.gram", "虚构")).exists()


def test_a_full_check_names_plain_closed_and_stray_rows(registry: Apps, rows: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE vault_secret SET name = 'klar' WHERE id = 3")
        cursor.execute("UPDATE vault_secret SET finding = name WHERE id = 4")
        cursor.execute("UPDATE vault_secret SET id_index = '' WHERE id = 5")
    states = {state.name: state for state in examine(registry)}
    assert states["vault.Secret.name"].plaintext == [3]
    assert states["vault.Secret.finding"].closed == [4]
    assert states["vault.Secret.id_index"].astray == [5]
    assert [name for name, state in states.items() if state.sound] == [
        "vault.Secret.id_number",
        "vault.Secret.phone",
        "vault.Secret.phone_index",
    ]
