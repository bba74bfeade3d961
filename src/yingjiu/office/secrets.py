"""The secret that signs sessions: made once for an installation, readable by its user only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

__all__ = ["FILE", "secret_key"]

FILE: Final = "secret.key"


def secret_key(folder: Path) -> str:
    """The installation's secret, made at first use.

    Args:
        folder: of the installation.

    Returns:
        The secret. Two processes that start at once get the same one: it is linked into place whole, and the
        one who comes second reads what the first one made.
    """
    path = folder / FILE
    if not path.is_file():
        partial = folder / f"{FILE}.{os.getpid()}"
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            partial.replace(path) if os.name == "nt" else os.link(partial, path)
        except FileExistsError:
            pass
        finally:
            partial.unlink(missing_ok=True)
    return path.read_text(encoding="ascii").strip()
