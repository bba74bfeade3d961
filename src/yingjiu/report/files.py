"""Write a file whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from xlsxwriter.exceptions import FileCreateError

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.report.errors import ReportError

__all__ = ["whole_file"]


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A path to write to that takes the place of ``path`` when the block ends well.

    Args:
        path: where the file should stand; its folder is made if needed.

    Yields:
        A path beside it.

    Raises:
        ReportError: ``RPT-002`` it cannot be written; the file that stood there before is untouched.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        partial.replace(path)
    except (OSError, FileCreateError) as error:
        raise ReportError(
            Fault(
                "RPT-002",
                _("the file cannot be written: {problem}").format(problem=error),
                str(path),
                hint=_("close it if it is open in another program, and check the folder and the free space"),
            )
        ) from error
    finally:
        with suppress(OSError):  # the fault worth telling is the one above
            partial.unlink(missing_ok=True)
