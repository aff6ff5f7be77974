"""What clients are owed, and by when (clauses answer.hour and answer.delay)."""

from firstline.promises.delay import delay_notice
from firstline.promises.log import Obligation, event_of, first_line_of, obligations
from firstline.promises.log_store import read_logs

__all__ = [
    "Obligation",
    "delay_notice",
    "event_of",
    "first_line_of",
    "obligations",
    "read_logs",
]
