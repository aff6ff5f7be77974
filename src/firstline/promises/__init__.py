"""What clients are owed, and by when (clauses answer.hour and answer.delay)."""

from firstline.promises.delay import delay_notice
from firstline.promises.owed import Owed, first_line_of, owed_in
from firstline.promises.owed_store import logs
from firstline.promises.turns import LETTER_AFTER, Turn, after_answer, next_turn, owed

__all__ = [
    "LETTER_AFTER",
    "Owed",
    "Turn",
    "after_answer",
    "delay_notice",
    "first_line_of",
    "logs",
    "next_turn",
    "owed",
    "owed_in",
]
