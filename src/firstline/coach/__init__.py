"""The coach: what of a good request stands in somebody's words, and what is missing (clauses
request.good, request.specific).

Pure: it reads a message and the policy, and nothing else. `advise` reads, `ask_for` puts one
question, `pieces_of` tells where several matters stand; articles and outages are added by whoever
has them.
"""

from firstline.coach.advice import advise
from firstline.coach.asks import ask_for
from firstline.coach.model import (
    FACTS,
    LANGUAGES,
    AskedFact,
    CoachAdvice,
    FirstMessage,
    KnownFact,
    ScopeNote,
)
from firstline.coach.pieces import pieces_of

__all__ = [
    "FACTS",
    "LANGUAGES",
    "AskedFact",
    "CoachAdvice",
    "FirstMessage",
    "KnownFact",
    "ScopeNote",
    "advise",
    "ask_for",
    "pieces_of",
]
