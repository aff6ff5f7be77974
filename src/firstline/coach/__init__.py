"""The coach: what of a good request stands in somebody's words, and what is missing (clauses
request.good, request.specific).

Pure: it reads a message and the policy, and nothing else. `advise` is all that others need;
articles and outages are added by whoever has them.
"""

from firstline.coach.advice import advise
from firstline.coach.model import AskedFact, CoachAdvice, FirstMessage, KnownFact, ScopeNote

__all__ = ["AskedFact", "CoachAdvice", "FirstMessage", "KnownFact", "ScopeNote", "advise"]
