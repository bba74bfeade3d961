"""What is done with referrals: draft, send, answer, reopen; and with the people whom agencies name."""

from yingjiu.office.referrals.services.answering import accept, ask_more_time, finish, reject, seen
from yingjiu.office.referrals.services.drafting import (
    change,
    create,
    give_time,
    propose,
    record_ground,
    refuse_time,
    reopen,
    send,
    withdraw,
)
from yingjiu.office.referrals.services.offering import offer, return_offer, take_offer

__all__ = [
    "accept",
    "ask_more_time",
    "change",
    "create",
    "finish",
    "give_time",
    "offer",
    "propose",
    "record_ground",
    "refuse_time",
    "reject",
    "reopen",
    "return_offer",
    "seen",
    "send",
    "take_offer",
    "withdraw",
]
