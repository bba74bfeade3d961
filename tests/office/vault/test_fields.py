"""Encrypted fields: what goes in comes out, nothing is legible at rest, and nothing can be compared."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.apps.registry import Apps
from django.core import serializers
from django.db import connection, models
from django.db.migrations.writer import MigrationWriter
from django.test.utils import isolate_apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yingjiu.office.vault.errors import EncryptedLookupError, SecretError
from yingjiu.office.vault.fields import BlindIndexField, EncryptedJSONField, EncryptedTextField
from yingjiu.office.vault.index import blind_index, normalise_id

NUMBER = "32099919900101123X"
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)
SHARED_TABLE = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def raw(pk: int, column: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM vault_secret WHERE id = %s", [pk])
        return cursor.fetchone()[0]


def write(pk: int, column: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE vault_secret SET {column} = %s WHERE id = %s", [value, pk])


@SHARED_TABLE
@given(text=TEXTS)
def test_a_text_comes_back(secret: Any, text: str) -> None:
    row = secret.objects.create(name=text)
    assert secret.objects.get(pk=row.pk).name == text
    stored = raw(row.pk, "name")
    assert stored == "" if text == "" else text not in stored or len(text) < 4


@SHARED_TABLE
@given(value=JSONS)
def test_json_comes_back(secret: Any, value: Any) -> None:
    row = secret.objects.create(finding=value)
    assert secret.objects.get(pk=row.pk).finding == value


def test_money_and_dates_are_kept_as_text_and_a_tuple_as_a_list(secret: Any) -> None:
    value = {
        "amount": Decimal("12000.50"),
        "day": date(2026, 11, 23),
        "at": datetime(2026, 11, 23, 8, tzinfo=UTC),
        "band": (Decimal("1E+4"), None),
    }
    row = secret.objects.create(finding=value)
    told = {
        "amount": "12000.50",
        "day": "2026-11-23",
        "at": "2026-11-23T08:00:00+00:00",
        "band": ["10000", None],
    }
    assert row.finding == told, "the instance holds what the database will give back"
    assert secret.objects.get(pk=row.pk).finding == told


@pytest.mark.parametrize(
    "value", [{1, 2}, float("nan"), Decimal("NaN"), object()], ids=lambda value: type(value).__name__
)
def test_what_json_cannot_keep_is_an_error(secret: Any, value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        secret.objects.create(finding={"x": value})


def test_the_same_value_is_never_stored_twice_alike(secret: Any) -> None:
    one, other = secret.objects.create(id_number=NUMBER), secret.objects.create(id_number=NUMBER)
    assert raw(one.pk, "id_number") != raw(other.pk, "id_number")
    assert raw(one.pk, "id_index") == raw(other.pk, "id_index")


def test_nothing_is_legible_at_rest(secret: Any) -> None:
    row = secret.objects.create(
        name="虚构甲", id_number=NUMBER, phone="13812345678", finding={"name": "虚构甲"}
    )
    stored = "".join(
        str(raw(row.pk, column)) for column in ("name", "id_number", "id_index", "phone", "finding")
    )
    for part in ("虚构", NUMBER, NUMBER[:17], "13812345678"):
        assert part not in stored


def test_a_value_moved_to_another_column_does_not_open(secret: Any) -> None:
    row = secret.objects.create(name="虚构甲", id_number=NUMBER)
    write(row.pk, "name", raw(row.pk, "id_number"))
    with pytest.raises(SecretError) as told:
        secret.objects.get(pk=row.pk)
    assert told.value.code == "VLT-006"
    assert NUMBER not in str(told.value)


@pytest.mark.parametrize("place", [12, 20, -6])
def test_a_changed_value_does_not_open(secret: Any, place: int) -> None:
    row = secret.objects.create(name="虚构甲乙丙丁")
    stored = raw(row.pk, "name")
    other = "A" if stored[place] != "A" else "B"
    write(row.pk, "name", stored[:place] + other + stored[place:][1:])
    with pytest.raises(SecretError) as told:
        secret.objects.get(pk=row.pk)
    assert told.value.code == "VLT-006"


@pytest.mark.parametrize("stored", ["虚构甲", "k1:abc", "k1-000000:", "k1-000000:%%"])
def test_plaintext_is_not_taken_for_a_value(secret: Any, stored: str) -> None:
    row = secret.objects.create()
    write(row.pk, "name", stored)
    with pytest.raises(SecretError) as told:
        secret.objects.get(pk=row.pk)
    assert told.value.code == "VLT-005"
    assert "虚构甲" not in str(told.value)


@pytest.mark.parametrize(
    "lookup",
    [
        *("name", "name__exact", "name__contains", "name__in", "name__startswith", "name__gt", "name__regex"),
        *("finding", "finding__key", "finding__contains"),
        *("id_index__contains", "id_index__startswith", "id_index__gt"),
    ],
)
def test_comparing_raises_and_says_what_to_use(secret: Any, lookup: str) -> None:
    for ask in (secret.objects.filter, secret.objects.exclude):
        with pytest.raises(EncryptedLookupError) as told:
            ask(**{lookup: ["x"] if lookup.endswith("__in") else "x"})
        assert told.value.code == "VLT-007"
        assert "blind_index" in str(told.value)


def test_whether_there_is_a_value_can_be_asked(secret: Any) -> None:
    secret.objects.create(phone=None)
    secret.objects.create(phone="13812345678")
    assert secret.objects.filter(phone__isnull=True).count() == 1


def test_a_form_shows_and_takes_the_value(secret: Any) -> None:
    form_class = forms.modelform_factory(secret, fields=["name", "finding"])
    form = form_class({"name": "虚构甲", "finding": '{"a": [1]}'})
    row = form.save()
    again = form_class({"name": "虚构甲", "finding": '{"a": [1]}'}, instance=secret.objects.get(pk=row.pk))
    assert "虚构甲" in again.as_p()
    assert "name" not in again.changed_data
    assert secret.objects.get(pk=row.pk).finding == {"a": [1]}


def test_serialising_and_loading_keeps_the_value(secret: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    row = secret.objects.create(name="虚构甲", id_number=NUMBER, finding={"a": "b"})
    told = json.loads(serializers.serialize("json", [row]))[0]["fields"]
    assert (told["name"], told["finding"]) == ("虚构甲", {"a": "b"})


def test_updates_encrypt_too(secret: Any) -> None:
    row = secret.objects.create()
    secret.objects.filter(pk=row.pk).update(name="虚构乙")
    assert "虚构" not in raw(row.pk, "name")
    row.name = "虚构丙"
    secret.objects.bulk_update([row], ["name"])
    assert "虚构" not in raw(row.pk, "name")
    row.refresh_from_db()
    assert row.name == "虚构丙"


def test_a_renamed_field_opens_what_was_bound_to_its_old_name(registry: Apps, secret: Any) -> None:
    row = secret.objects.create(name="虚构甲")
    with isolate_apps("yingjiu.office.vault"):

        class Renamed(models.Model):
            title = EncryptedTextField(db_column="name", bound_to="vault.Secret.name")

            class Meta:
                app_label = "vault"
                db_table = "vault_secret"
                managed = False

        assert Renamed._default_manager.get(pk=row.pk).title == "虚构甲"


@pytest.mark.parametrize(
    "field",
    [
        EncryptedTextField("x", blank=True, bound_to="a.B.c"),
        EncryptedJSONField(default=list),
        BlindIndexField(source="id_number", normalise=normalise_id, scope="a.B.c"),
        BlindIndexField(),
    ],
    ids=["text", "json", "index", "plain index"],
)
def test_migrations_can_write_the_field_down(field: Any) -> None:
    text, _imports = MigrationWriter.serialize(field)
    assert text.startswith("yingjiu.office.vault.fields.")
    clone = field.clone()
    assert clone.deconstruct()[1:] == field.deconstruct()[1:]


def test_what_cannot_work_is_found_before_the_office_starts() -> None:
    with isolate_apps("yingjiu.office.vault"):

        class Wrong(models.Model):
            number = EncryptedTextField(unique=True)
            plain = models.TextField()
            index = BlindIndexField(source="plain")

            class Meta:
                app_label = "vault"

        assert sorted(str(found.id) for found in Wrong.check()) == ["vault.E001", "vault.E002"]


def test_a_blind_index_finds_the_row_however_the_number_is_spelled(secret: Any) -> None:
    row = secret.objects.create(id_number=NUMBER)
    for asked in (NUMBER, NUMBER.lower(), "320999 19900101 123x", "３２０９９９19900101123Ｘ"):
        index = blind_index("vault.Secret.id_number", normalise_id(asked))
        assert secret.objects.get(id_index=index) == row
        assert secret.objects.get(id_index__in=[index]) == row
    assert not secret.objects.filter(id_index=blind_index("vault.Secret.phone", NUMBER)).exists()
