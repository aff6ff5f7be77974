"""What clients are owed, and by when (clauses answer.hour and answer.delay)."""

from firstline.promises.delay import delay_notice
from firstline.promises.turns import LETTER_AFTER, Turn, after_answer, next_turn, owed

__all__ = ["LETTER_AFTER", "Turn", "after_answer", "delay_notice", "next_turn", "owed"]
