"""The coach at the desk: what it reads in somebody's words, with their services and the wiki."""

from firstline.coaching.answer import CoachAnswer, answer

__all__ = ["CoachAnswer", "answer"]
