"""Which facts of the policy's row are missing, and which of these can be known at all."""

from __future__ import annotations

from collections.abc import Iterator

from firstline.coach.model import KnownFact
from firstline.coach.reading.lexicon import PhraseMark
from firstline.coach.reading.reading import Reading
from firstline.coach.wishes import Wish
from firstline.coach.words import word_set
from firstline.policy import Policy, Situation
from firstline.policy.rules.requirements import requirements

SOON = 3  # tokens behind a word in which what it is about stands
SHORTEST = 2  # words of a question that is more than a name
NEAR = 4  # tokens between an error and the word that denies it
_OF_A_FAULT = frozenset(("exact_error", "since_when"))
_ONE_OF_MANY = frozenset(("page", "database", "mailbox", "domain"))
_OF_A_THING = frozenset(
    ("page", "database", "account", "mailbox", "domain", "panel_page", "document")
)


def missing_facts(
    policy: Policy,
    reading: Reading,
    topic: str | None,
    known: list[KnownFact],
    scope: str | None,
    wishes: list[Wish],
) -> list[str]:
    """The facts that the policy requires for a topic, without those that stand in the message and
    those that its writer cannot know.
    """
    if topic is None or topic not in policy.source.request.by_topic:
        return []
    has = frozenset(one.fact for one in known)
    row = policy.source.request.by_topic[topic]
    lacks = requirements(policy, Situation(topic=topic, has=has)).lacks
    unknown = _cannot_be_known(reading, scope, has, wishes, topic)
    return [fact for fact in row if fact in lacks and fact not in unknown]


def _cannot_be_known(
    reading: Reading, scope: str | None, has: frozenset[str], wishes: list[Wish], topic: str
) -> frozenset[str]:
    unknown = set[str]()
    if any(_denials_of_error(reading)):
        unknown.add("exact_error")
    if reading.marks.get("lead.hacked-site"):
        unknown.add("exact_error")  # who was broken in upon sees none
    if _forgets_when(reading) or reading.marks.get("deny.first"):
        unknown.add("since_when")
    if reading.marks.get("all.things"):
        unknown |= _ONE_OF_MANY
    if reading.marks.get("deny.own_loss") and "exact_error" not in has:
        return frozenset(unknown | _OF_A_FAULT)  # who deleted it saw nothing go wrong
    if tells_fault(reading, has, wishes) and scope is None:
        return frozenset(unknown)
    unknown |= _OF_A_FAULT
    if {one.verb for one in wishes}.isdisjoint(("mend", "change")):
        unknown.add("document")  # the company knows the number of what is asked for
    if scope in ("not.scripts", "not.custom") or reading.marks.get("verb.migrate"):
        unknown.add("page")  # what is not there yet has none
    if not (_is_about_own(reading, scope, wishes) or _asks_of_own(reading, scope, topic)):
        unknown |= _OF_A_THING
    return frozenset(unknown)


def _denials_of_error(reading: Reading) -> Iterator[bool]:
    """Whether it is said that no error is shown, clause by clause: a word for an error beside one
    that denies it, or nothing that is shown.
    """
    for mark in reading.marks.get("deny.noun", ()):
        first, last = max(0, mark.first - NEAR), mark.last + NEAR
        clause = reading.clauses[mark.first]
        near = [
            at
            for at in range(first, min(last, len(reading.words)))
            if reading.clauses[at] == clause
        ]
        none = any(reading.has("deny.none", at) or reading.has("deny.nothing", at) for at in near)
        hides = any(
            reading.words[at] in ("не", "not", "isnt", "doesnt", "dont", "никто")
            and any(reading.has("deny.shows", after) for after in range(at + 1, at + 3))
            for at in near
        )
        yield none or hides
    for mark in reading.marks.get("deny.nothing", ()):
        yield any(
            reading.has("deny.shows", at)
            for at in range(mark.first - 2, mark.last + 3)
            if 0 <= at < len(reading.words) and reading.clauses[at] == reading.clauses[mark.first]
        )
    yield bool(reading.marks.get("deny.silent"))


def _forgets_when(reading: Reading) -> bool:
    """Whether a sentence says that its writer does not know since when."""
    return any(
        reading.in_sentence("deny.when", mark.first) for mark in reading.marks.get("deny.know", ())
    )


def tells_fault(reading: Reading, has: frozenset[str], wished: list[Wish]) -> bool:
    """Whether something does not work, and it is not only asked or wished."""
    if has & {"exact_error", "since_when"}:
        return True
    if reading.word_count < SHORTEST:
        return True  # `Site?`
    wishes = bool(reading.marks.get("wish") or wished)
    asks = bool(reading.marks.get("question")) or "?" in reading.vocabulary
    if not (asks or wishes):
        return True
    return any(
        (not _is_question(reading, mark.first) or reading.in_sentence("question.why", mark.first))
        and not _seeks(reading, mark)
        for mark in reading.marks.get("fault", ())
    )


def _seeks(reading: Reading, mark: PhraseMark) -> bool:
    """`I cannot find where …`, `не бачу, де …`: who does not find a thing asks for it."""
    words = reading.words[mark.first : mark.last + SOON]
    seeks = any(word.startswith(_SEEKS) for word in words)
    return seeks and not _PLACES_ASKED.isdisjoint(words)


_SEEKS = tuple(word_set("missing.seeks"))
_PLACES_ASKED = frozenset("where how which де як куди где как куда which".split())


def _is_question(reading: Reading, at: int) -> bool:
    """Whether a word of a fault stands in a sentence that only asks: not in a clause of its own
    before the question (`The site is broken, what should I do?`).
    """
    last = reading.sentence_ends[reading.sentences[at]]
    if reading.tokens[last - 1].fold != "?":
        return False
    apart = reading.clauses[at] != reading.clauses[last - 2] and not reading.in_clause(
        "question", at
    )
    return not apart


def _asks_of_own(reading: Reading, scope: str | None, topic: str) -> bool:
    """Whether a question is about a thing of the topic that the writer calls their own."""
    if scope is not None or topic not in ("domain", "mysql", "mail"):
        return False  # of the others there is mostly one
    things = {mark.first for mark in reading.marks.get(f"topic.{topic}", ())}
    return any(
        not things.isdisjoint(range(mark.last, mark.last + SOON))
        for mark in reading.marks.get("own", ())
    )


def _is_for_whole_site(reading: Reading, verbs: set[str]) -> bool:
    """Whether a site is to be made or its script renewed, which no page tells more of."""
    makes = not verbs.isdisjoint(("create", "write")) and reading.marks.get("thing.site")
    renews = verbs - {"need"} == {"change"} and reading.marks.get("thing.cms")
    own = [one for one in reading.marks.get("own", ()) if reading.words[one.first] not in _TO_US]
    return bool(makes or renews) and not own


_TO_US = frozenset(("мені", "нам", "мне"))


def _is_about_own(reading: Reading, scope: str | None, wishes: list[Wish]) -> bool:
    """Whether the wish is about something the writer has, and not about something new."""
    if scope == "not.strangers":
        return False
    verbs = {one.verb for one in wishes}
    if scope == "not.teaching":
        return not verbs.isdisjoint(("find", "check")) and bool(reading.marks.get("own"))
    if scope == "not.code" and _is_for_whole_site(reading, verbs):
        return False
    if scope in ("not.code", "not.scripts", "not.custom"):
        return True
    if reading.marks.get("new") or "create" in verbs:
        return False
    if scope is not None or reading.marks.get("act.own"):
        return bool(reading.marks.get("wish")) or scope is not None
    return bool(reading.marks.get("wish") and reading.marks.get("own"))
