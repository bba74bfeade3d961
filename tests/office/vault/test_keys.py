"""The key ring: made once, kept from others, never made anew over what it must open."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from yingjiu.office.vault.cipher import decrypt, encrypt
from yingjiu.office.vault.errors import KeyRingError
from yingjiu.office.vault.keys import add_key, held_ring, key_ring, make_key_file, retire_keys


@pytest.fixture
def keys(db: None, folder: Path) -> Path:
    key_ring()
    return folder / "keys.json"


def test_keys_are_made_at_first_use_for_this_user_only(keys: Path) -> None:
    assert keys.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in keys.parent.iterdir()] == ["keys.json"]


def test_secrets_are_not_printed(keys: Path) -> None:
    told = json.loads(keys.read_text(encoding="utf-8"))
    assert told["encrypt"][0]["key"] not in repr(key_ring())


def test_of_many_that_make_the_first_keys_all_read_the_same(folder: Path) -> None:
    ready = threading.Barrier(8)
    read: list[str] = []

    def make() -> None:
        ready.wait()
        make_key_file(folder / "keys.json")
        read.append((folder / "keys.json").read_text(encoding="utf-8"))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(read)) == 1
    assert [path.name for path in folder.iterdir()] == ["keys.json"]


def test_missing_keys_are_not_made_anew_over_encrypted_data(
    keys: Path, secret: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret.objects.create(name="虚构甲")
    keys.unlink()
    monkeypatch.setattr("yingjiu.office.vault.kept.installed", secret._meta.apps)
    monkeypatch.setattr(
        "yingjiu.office.vault.kept.encrypted_data.__defaults__", (secret._meta.apps, "default")
    )
    with pytest.raises(KeyRingError) as told:
        key_ring()
    assert told.value.code == "VLT-001"
    assert "keys.json" in str(told.value)
    assert not keys.exists()
    assert [found.id for found in run_checks(tags=["vault"])] == ["vault.E003"]


def test_an_empty_database_gets_new_keys(keys: Path, secret: Any) -> None:
    keys.unlink()
    assert key_ring().current("encrypt").id.startswith("k1-")


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: text[: len(text) // 2],
        lambda text: text.replace('"format": 1', '"format": 2'),
        lambda text: text.replace('"key": "', '"key": "A'),
        lambda text: text.replace("-", "-0"),
        lambda text: json.dumps(json.loads(text) | {"index": []}),
        lambda text: "[]",
    ],
    ids=["empty", "half", "format", "key", "id", "no index key", "list"],
)
def test_a_damaged_file_is_told(keys: Path, damage: Any) -> None:
    keys.write_text(damage(keys.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(KeyRingError) as told:
        key_ring()
    assert told.value.code == "VLT-002"
    assert [found.id for found in run_checks(tags=["vault"])] == ["vault.E003"]


@pytest.mark.skipif(os.name != "posix", reason="rights of files")
def test_keys_that_others_may_read_are_refused(keys: Path) -> None:
    keys.chmod(0o640)
    keys.write_text(keys.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(KeyRingError) as told:
        key_ring()
    assert told.value.code == "VLT-003"


def test_a_batch_goes_on_with_the_keys_it_began_with(keys: Path) -> None:
    with held_ring() as ring:
        key = add_key("encrypt")
        assert encrypt("虚构甲", "a.B.c").startswith(f"{ring.current('encrypt').id}:")
    assert encrypt("虚构甲", "a.B.c").startswith(f"{key.id}:")


def test_a_new_key_writes_and_the_old_one_reads_in_a_running_process(keys: Path) -> None:
    before = encrypt("虚构甲", "a.B.c")
    key = add_key("encrypt")
    after = encrypt("虚构甲", "a.B.c")
    assert after.startswith(f"{key.id}:")
    assert not before.startswith(f"{key.id}:")
    assert decrypt(before, "a.B.c") == decrypt(after, "a.B.c") == "虚构甲"


def test_a_value_of_a_retired_key_says_which_key_is_lacking(keys: Path) -> None:
    before = encrypt("虚构甲", "a.B.c")
    add_key("encrypt")
    retired = retire_keys("encrypt")
    with pytest.raises(KeyRingError) as told:
        decrypt(before, "a.B.c")
    assert told.value.code == "VLT-004"
    assert retired[0].id in str(told.value)
    assert "虚构甲" not in str(told.value)
