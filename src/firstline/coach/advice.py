"""What would make a message a good request (clause request.good): read, judged, asked for."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from firstline.coach.asks import ask_for
from firstline.coach.facts.addresses import AddressReader, FactPlace
from firstline.coach.facts.clauses import clause_facts
from firstline.coach.facts.errors import error_stretches
from firstline.coach.facts.names import names
from firstline.coach.facts.since import since_spans
from firstline.coach.facts.times import time_spans
from firstline.coach.leads import leads_of
from firstline.coach.matters import count_matters
from firstline.coach.missing import missing_facts
from firstline.coach.model import (
    CoachAdvice,
    CoachLanguage,
    FirstMessage,
    KnownFact,
    coach_language,
)
from firstline.coach.reading.reading import Reading
from firstline.coach.scope import scope_note, wished_code
from firstline.coach.stems import LearntWeights
from firstline.coach.topics import topic_of
from firstline.coach.wishes import asked_verbs
from firstline.policy import Policy

MOST_OF_A_FACT = 8  # values of one fact; a log has hundreds
_DATED_TOPICS = ("web", "mysql", "ftp", "ssh", "mail")  # of domains, changes take days to be seen


def advise(policy: Policy, message: FirstMessage, plan: str | None = None) -> CoachAdvice:
    """Read a message as far as its words go; articles and an outage are added by whoever has them.

    Offsets count code points. Takes time in proportion to the length of the text.
    """
    reading = Reading(_with_company(policy, message))
    times = list(time_spans(reading))
    errors = error_stretches(reading, {at for span in times for at in range(*span)})
    wishes = asked_verbs(reading)
    learnt = LearntWeights(reading)
    code = wished_code(reading, wishes, learnt)
    topic = _topic(policy, reading, errors, code, learnt)
    known = _facts(reading, topic, errors, times)
    lacks = missing_facts(policy, reading, topic, known, code, wishes)
    about, language = replace(message, topic=topic), _answer_language(reading, errors)
    return CoachAdvice(
        topic=topic,
        language=language,
        known=tuple(known),
        missing=tuple(ask_for(fact, language, about) for fact in lacks),
        scope=scope_note(policy, code, plan, language, message.received),
        matters=count_matters(reading, topic),
        leads=leads_of(reading, errors),
    )


def _answer_language(reading: Reading, errors: list[tuple[int, int]]) -> CoachLanguage:
    """That of the words, or of the reader where there are no words but a program's."""
    own = {at for at, token in enumerate(reading.tokens) if token.kind == "word"}
    for span in errors:
        own.difference_update(range(*span))
    reader = coach_language(reading.message.reader)
    return reading.language if own or reader is None else reader


def _with_company(policy: Policy, message: FirstMessage) -> FirstMessage:
    """The hosts of the company are those of its addresses in the policy."""
    complaints = policy.source.complaints
    address = (complaints and complaints.address) or ""
    host = address.rpartition("@")[2]
    return replace(message, own_hosts=(*message.own_hosts, host)) if host else message


def _topic(
    policy: Policy,
    reading: Reading,
    errors: list[tuple[int, int]],
    code: str | None,
    learnt: LearntWeights,
) -> str | None:
    """The topic that was named, else the one that is read, by a name that the policy has."""
    if reading.message.topic in policy.topics:
        return reading.message.topic
    topic = topic_of(reading, errors, code, learnt.topics())
    if topic == "billing" and reading.marks.get("machine"):
        topic = "other"  # an invoice that a machine is told to print is nobody's
    if topic is None or topic in policy.topics:
        return topic
    return "other" if "other" in policy.topics else None


def _facts(
    reading: Reading,
    topic: str | None,
    errors: list[tuple[int, int]],
    times: list[tuple[int, int]],
) -> list[KnownFact]:
    """The facts in order of their place, each value of a fact once, and of many the first few."""
    since = since_spans(reading, times, errors, topic in _DATED_TOPICS)
    found = [
        *(FactPlace("exact_error", *reading.slice(*one)) for one in errors),
        *(FactPlace("since_when", *reading.slice(*one)) for one in since),
        *AddressReader(reading, topic, errors).places(),
        *names(reading, topic, errors),
        *clause_facts(reading, topic, errors),
    ]
    facts, count = dict[tuple[str, str], KnownFact](), Counter[str]()
    for role in sorted(found, key=lambda one: (one.start, -one.end)):
        value = reading.message.text[role.start : role.end]
        if role.fact == "document" and reading.marks.get("machine"):
            continue
        if (role.fact, value) not in facts and count[role.fact] < MOST_OF_A_FACT:
            facts[role.fact, value] = KnownFact(role.fact, role.start, role.end, value)
            count[role.fact] += 1
    return list(facts.values())
