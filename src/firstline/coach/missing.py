"""Which facts of the policy's row are missing, and which of these can be known at all."""

from __future__ import annotations

from firstline.coach.model import KnownFact
from firstline.coach.reading.reading import Reading
from firstline.policy import Policy, Situation
from firstline.policy.rules.requirements import requirements

_OF_A_FAULT = frozenset(("exact_error", "since_when"))
_OF_A_THING = frozenset(
    ("page", "database", "account", "mailbox", "domain", "panel_page", "document")
)


def missing_facts(
    policy: Policy, reading: Reading, topic: str | None, known: list[KnownFact], scope: str | None
) -> list[str]:
    """The facts that the policy requires for a topic, without those that stand in the message and
    those that its writer cannot know.
    """
    if topic is None or topic not in policy.source.request.by_topic:
        return []
    has = frozenset(one.fact for one in known)
    row = policy.source.request.by_topic[topic]
    lacks = requirements(policy, Situation(topic=topic, has=has)).lacks
    unknown = _cannot_be_known(reading, scope, has)
    return [fact for fact in row if fact in lacks and fact not in unknown]


def _cannot_be_known(reading: Reading, scope: str | None, has: frozenset[str]) -> frozenset[str]:
    unknown = set[str]()
    if reading.marks.get("noerror"):
        unknown.add("exact_error")
    if reading.marks.get("unknown.since"):
        unknown.add("since_when")
    if tells_fault(reading, has) and scope is None:
        return frozenset(unknown)
    unknown |= _OF_A_FAULT
    unknown.add("document")  # the company knows the number of what is asked for
    if not _is_about_own(reading, scope):
        unknown |= _OF_A_THING
    return frozenset(unknown)


def tells_fault(reading: Reading, has: frozenset[str]) -> bool:
    """Whether something does not work, and it is not only asked or wished."""
    if has & {"exact_error", "since_when"}:
        return True
    wishes = bool(reading.marks.get("wish"))
    asks = bool(reading.marks.get("question")) or "?" in reading.vocabulary
    if not (asks or wishes):
        return True
    if not reading.marks.get("fault"):
        return False
    return any(not _is_question(reading, mark.first) for mark in reading.marks["fault"])


def _is_question(reading: Reading, at: int) -> bool:
    """Whether a word of a fault stands in a sentence that only asks."""
    last = reading.sentence_ends[reading.sentences[at]]
    return reading.tokens[last - 1].fold == "?"


def _is_about_own(reading: Reading, scope: str | None) -> bool:
    """Whether the wish is about something the writer has, and not about something new."""
    if not reading.marks.get("wish") and scope is None:
        return False
    if scope in ("not.strangers", "not.teaching") or reading.marks.get("new"):
        return False
    return bool(reading.marks.get("own")) or scope is not None
