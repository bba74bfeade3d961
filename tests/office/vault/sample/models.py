"""The model."""

from __future__ import annotations

from tests.office.vault.sample.secrets import declare

Secret = declare("sample")
