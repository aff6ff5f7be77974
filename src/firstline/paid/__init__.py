"""Paid help: offers with their price, the client's consent, time spent, statements by month.

What it costs is the policy's (`policy.rules.prices`, `policy.rules.work`); here stands who offered,
agreed and worked, and when.
"""

from firstline.paid.model import Offer, PricedHelp, TimeRecord
from firstline.paid.offers import OfferWish, decide, offer_help, paid_words, withdraw
from firstline.paid.reading import PaidHelp, paid_help
from firstline.paid.statements import (
    STATEMENT_TYPES,
    Statement,
    download,
    may_read,
    month_of,
    statement,
    statement_bytes,
)
from firstline.paid.store import has_offers
from firstline.paid.times import (
    WorkSpan,
    correct_time,
    record_time,
    start_time,
    stop_forgotten,
    stop_time,
)

__all__ = [
    "STATEMENT_TYPES",
    "Offer",
    "OfferWish",
    "PaidHelp",
    "PricedHelp",
    "Statement",
    "TimeRecord",
    "WorkSpan",
    "correct_time",
    "decide",
    "download",
    "has_offers",
    "may_read",
    "month_of",
    "offer_help",
    "paid_help",
    "paid_words",
    "record_time",
    "start_time",
    "statement",
    "statement_bytes",
    "stop_forgotten",
    "stop_time",
    "withdraw",
]
