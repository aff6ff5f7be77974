"""What clients are owed, and by when (clauses answer.hour and answer.delay)."""

from firstline.promises.delay import delay_notice
from firstline.promises.owed import Owed, first_line_of, owed_in
from firstline.promises.owed_store import logs
from firstline.promises.restarts import hand_over_starts, reopening_starts, words_start
from firstline.promises.turns import LETTER_AFTER, Turn, after_answer, next_turn, owed, situation_of

__all__ = [
    "LETTER_AFTER",
    "Owed",
    "Turn",
    "after_answer",
    "delay_notice",
    "first_line_of",
    "hand_over_starts",
    "logs",
    "next_turn",
    "owed",
    "owed_in",
    "reopening_starts",
    "situation_of",
    "words_start",
]
