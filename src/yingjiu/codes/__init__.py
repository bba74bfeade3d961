"""Standards as small tables and functions: resident ID numbers, regions, sex, kin, harm, offences.

Nothing here knows a file, a table of the pool or an engine, except that a column of ID numbers can be read
at once and registered as a DuckDB function.
"""

from __future__ import annotations

from yingjiu.codes.case_numbers import CASE_NUMBER_SIGNS, normalise_case_no, normalise_case_numbers
from yingjiu.codes.columns import parse_ids
from yingjiu.codes.errors import (
    CodesError,
    IdNumberError,
    MakeNumberError,
    PersonKeyError,
    UnknownCodeError,
)
from yingjiu.codes.functions import register_id_functions
from yingjiu.codes.harm import DisabilityCertificateGrade, HarmScale, InjuryDisabilityGrade, InjuryGrade
from yingjiu.codes.keys import (
    age_on,
    birth_date_of,
    certificate_number,
    make_number,
    number_of,
    region_of,
    sex_of,
    unnumbered_key,
)
from yingjiu.codes.lists import CODE_LISTS, CodeLabel, CodeList
from yingjiu.codes.masks import mask_address, mask_id, mask_name, mask_phone
from yingjiu.codes.offences import OFFENCES, Offence, normalise_article, offence_group_of
from yingjiu.codes.parsed import NO_BIRTH, ParsedIds
from yingjiu.codes.regions import SYNTHETIC_COUNTY, Region, find_region, region_name, regions
from yingjiu.codes.resident import ResidentId, parse_id
from yingjiu.codes.spelling import normalise as normalise_id
from yingjiu.codes.standards import disability_category_of, relation_of_gbt4761, sex_of_gbt2261
from yingjiu.codes.status import IdStatus

__all__ = [
    "CASE_NUMBER_SIGNS",
    "CODE_LISTS",
    "NO_BIRTH",
    "OFFENCES",
    "SYNTHETIC_COUNTY",
    "CodeLabel",
    "CodeList",
    "CodesError",
    "DisabilityCertificateGrade",
    "HarmScale",
    "IdNumberError",
    "IdStatus",
    "InjuryDisabilityGrade",
    "InjuryGrade",
    "MakeNumberError",
    "Offence",
    "ParsedIds",
    "PersonKeyError",
    "Region",
    "ResidentId",
    "UnknownCodeError",
    "age_on",
    "birth_date_of",
    "certificate_number",
    "disability_category_of",
    "find_region",
    "make_number",
    "mask_address",
    "mask_id",
    "mask_name",
    "mask_phone",
    "normalise_article",
    "normalise_case_no",
    "normalise_case_numbers",
    "normalise_id",
    "number_of",
    "offence_group_of",
    "parse_id",
    "parse_ids",
    "region_name",
    "region_of",
    "regions",
    "register_id_functions",
    "relation_of_gbt4761",
    "sex_of",
    "sex_of_gbt2261",
    "unnumbered_key",
]
