"""Everything that changes what is taken in; each function is one transaction."""

from yingjiu.office.intake.services.entries import enter_party
from yingjiu.office.intake.services.incoming import (
    check_again,
    discard,
    request_load,
    take_back,
    take_files,
)
from yingjiu.office.intake.services.runs import request_run, run_day

__all__ = [
    "check_again",
    "discard",
    "enter_party",
    "request_load",
    "request_run",
    "run_day",
    "take_back",
    "take_files",
]
