"""Who is who, and who is whose: linkage of records, human decisions about it, households and kin.

A person is their ``person_id``. Where the number is missing or wrong, cheap tiers and then Splink say which
person a record belongs to; what stays open is decided by a person, and that decision wins over every run.
"""

from yingjiu.people.decisions import Decision, Decisions, Verdict, decide, read_decisions
from yingjiu.people.errors import DecisionError, LinkageError, LinkStoreError, PeopleError
from yingjiu.people.joining import Link, Reason, Review
from yingjiu.people.link import Linkage, link_pool, link_tables
from yingjiu.people.names import NameForms, name_forms
from yingjiu.people.policy import Level, Policy, read_policy
from yingjiu.people.quality import Quality, measure_links
from yingjiu.people.relations import (
    BETWEEN_MEMBERS,
    INVERSE,
    LARGEST_HOUSEHOLD,
    household_pairs,
    kin_pairs,
    known_households,
    known_kin,
)
from yingjiu.people.resolved import LINK_TABLE, resolve, resolved_rows
from yingjiu.people.side_by_side import Compared, Side, reason_text, records_of, side_by_side
from yingjiu.people.store import Links, current_links, read_links, read_reviews
from yingjiu.people.tiers import TIERS, repair_of

__all__ = [
    "BETWEEN_MEMBERS",
    "INVERSE",
    "LARGEST_HOUSEHOLD",
    "LINK_TABLE",
    "TIERS",
    "Compared",
    "Decision",
    "DecisionError",
    "Decisions",
    "Level",
    "Link",
    "LinkStoreError",
    "Linkage",
    "LinkageError",
    "Links",
    "NameForms",
    "PeopleError",
    "Policy",
    "Quality",
    "Reason",
    "Review",
    "Side",
    "Verdict",
    "current_links",
    "decide",
    "household_pairs",
    "kin_pairs",
    "known_households",
    "known_kin",
    "link_pool",
    "link_tables",
    "measure_links",
    "name_forms",
    "read_decisions",
    "read_links",
    "read_policy",
    "read_reviews",
    "reason_text",
    "records_of",
    "repair_of",
    "resolve",
    "resolved_rows",
    "side_by_side",
]
