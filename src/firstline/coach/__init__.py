"""The coach: what of a good request stands in somebody's words, and what is missing (clauses
request.good, request.specific).

Pure: it reads a message and the policy, and nothing else. `advise` reads, `ask_for` puts one
question; articles and outages are added by whoever has them.
"""

from firstline.coach.advice import advise
from firstline.coach.asks import ask_for
from firstline.coach.model import (
    FACTS,
    AskedFact,
    CoachAdvice,
    FirstMessage,
    KnownFact,
    ScopeNote,
)

__all__ = [
    "FACTS",
    "AskedFact",
    "CoachAdvice",
    "FirstMessage",
    "KnownFact",
    "ScopeNote",
    "advise",
    "ask_for",
]
