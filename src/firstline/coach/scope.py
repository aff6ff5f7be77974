"""What is wished that support does not deal with: the policy's clauses and their verdicts."""

from __future__ import annotations

from firstline.coach.model import ScopeNote
from firstline.coach.reading.reading import Reading
from firstline.policy import Policy, Situation
from firstline.policy.rules.scope import Scope, scope

# The clause that is meant where words fit several: the narrower one.
_ORDER = (
    "not.strangers",
    "not.teaching",
    "not.pc",
    "not.custom",
    "not.code",
    "not.scripts",
    "not.self-service",
)

# Behind these stands what somebody did, not what is wished.
_TELLERS = ("i", "we", "he", "they", "я", "ми", "мы", "він", "вони", "он", "они")


def wished_code(reading: Reading) -> str | None:
    """The code of the scope that the words of a wish fit."""
    labels = [label for label in reading.marks if label.startswith("scope.")]
    found = {label[6:] for label in labels if _is_wished(reading, label)}
    return next((code for code in _ORDER if code in found), None)


def _is_wished(reading: Reading, label: str) -> bool:
    return any(not _is_asked_how(reading, mark.first) for mark in reading.marks[label])


def _is_asked_how(reading: Reading, at: int) -> bool:
    """`How do I create a database?` asks for words, and wishes for no work."""
    places = list(reading.before(at, 5))
    if any(reading.has("fault", place) for place in places[:3]):
        return True
    if at and reading.words[at - 1] in _TELLERS:
        return True
    return any(
        reading.has("question", place)
        and not reading.has("wish", place)
        and (
            reading.words[place]
            not in ("can", "could", "will", "you", "is", "there", "питання", "вопрос")
        )
        for place in places
    )


def scope_note(policy: Policy, code: str | None, plan: str | None, reader: str) -> ScopeNote | None:
    """The policy's verdict on a code, None where support deals with it or does not know it."""
    if code is None:
        return None
    verdict = scope(policy, Situation(code=code, plan=plan, reader=reader))
    if not isinstance(verdict, Scope) or verdict.verdict not in ("out", "later", "paid"):
        return None
    return ScopeNote(code, verdict.verdict, verdict.way_out)
