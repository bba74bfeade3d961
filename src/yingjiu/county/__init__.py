"""A synthetic county: lives, the truth about them, and the dirty files that its agencies would send.

For demonstrations, exercises and the measurement of models. It knows nothing of the models and of the files
that declare sources: what is true is decided from the generated lives alone.
"""

from __future__ import annotations

from yingjiu.county.errors import CountyError
from yingjiu.county.files import WHO_SCHEMA, Written, agency_files, write_files
from yingjiu.county.lives import County, generate_county
from yingjiu.county.truth import truth
from yingjiu.county.verdict import TRUTH_SCHEMA

__all__ = [
    "TRUTH_SCHEMA",
    "WHO_SCHEMA",
    "County",
    "CountyError",
    "Written",
    "agency_files",
    "generate_county",
    "truth",
    "write_files",
]
