"""What was changed before the trouble, and at which action it shows: clauses, by their heads."""

from __future__ import annotations

from collections.abc import Iterator

from firstline.coach.facts.addresses import FactPlace
from firstline.coach.facts.extents import is_status
from firstline.coach.reading.lexicon import PhraseMark
from firstline.coach.reading.reading import Reading

LONGEST = 18  # tokens of a clause
_CONJUNCTIONS = frozenset("and but а але но і и the it то then we".split())


def change_clauses(reading: Reading) -> list[FactPlace]:
    """Clauses that name what was changed, with their preposition."""
    found = list[FactPlace]()
    for mark in reading.marks.get("change", ()):
        if _only_asks(reading, mark.first) or _went_well(reading, mark.first):
            continue
        if reading.in_clause("change.remedy", mark.first) or _is_done_by_host(reading, mark.first):
            continue  # what was tried against the trouble did not bring it
        if mark.first in reading.quote_ends or _is_told_in_wish(reading, mark.first):
            continue
        if reading.has("change.nothing", mark.first) or _is_denied(reading, mark.first):
            continue
        first = _head(reading, mark.first)
        if first is not None:
            found.append(_clause(reading, "what_changed", first, mark.last))
    return _apart(found)[:2]


def _only_asks(reading: Reading, at: int) -> bool:
    asks = reading.in_clause("question", at) and not reading.has("change.after", at - 1)
    return asks and not reading.in_sentence("fault", at) and "?" in reading.vocabulary


def _went_well(reading: Reading, at: int) -> bool:
    """`I installed it and it went well`: no change that made the trouble."""
    number = reading.clauses[at]
    return any(
        reading.clauses[mark.first] in clauses
        for label, clauses in (("works", (number,)), ("when.still", (number, number + 1)))
        for mark in reading.marks.get(label, ())
        if at < mark.first and "не" not in reading.words[mark.first - 1 : mark.first]
    )


def _is_done_by_host(reading: Reading, at: int) -> bool:
    """`Домен отключили`, `вы их удалили`: a complaint of what the company did."""
    word = reading.words[at]
    if not word.startswith(("відключ", "вимкн", "отключ", "выключ", "видал", "удал", "заблок")):
        return False
    own = any(reading.words[place] in ("ми", "мы", "я") for place in reading.before(at, 5))
    return word.endswith("ли") and not own


def _is_told_in_wish(reading: Reading, at: int) -> bool:
    """`You installed the engine, now add …`: what they did is no change where nothing is wrong."""
    theirs = any(reading.words[one] in ("you", "ви", "вы") for one in reading.before(at, 3))
    quiet = not (reading.marks.get("fault") or reading.marks.get("error"))
    return theirs and quiet and bool(reading.marks.get("wish"))


def _is_denied(reading: Reading, at: int) -> bool:
    negations = (
        "not",
        "didnt",
        "nothing",
        "не",
        "havent",
        "нічого",
        "ничего",
        "please",
        "cannot",
        "cant",
        "to",
        "щоб",
        "чтобы",
        "аби",
        "if",
        "can",
        "ні",
        "никто",
        "ніхто",
        "hasnt",
    )
    return any(reading.words[place] in negations for place in reading.before(at, 2))


def _head(reading: Reading, at: int) -> int | None:
    """Where the clause of a change begins: at its preposition, or at who did it; None where the
    words tell no change that somebody made.
    """
    number, first = reading.clauses[at], at
    while first > 0 and reading.clauses[first - 1] == number and at - first < 8:
        first -= 1
    while first < at and (
        reading.tokens[first].kind != "word" or reading.words[first] in _CONJUNCTIONS - {"we"}
    ):
        first += 1
    for place in range(at - 1, first - 1, -1):
        if reading.has("change.after", place) and reading.words[place] != "через":
            while place > first and reading.words[place - 1] in (
                "right",
                "just",
                "immediately",
                "одразу",
                "відразу",
                "сразу",
                "ever",
            ):
                place -= 1
            return place
    for place in range(at - 1, first - 1, -1):
        if reading.has("change.subject", place):
            return place
    return first if _is_past(reading.words[at]) and at - first < 4 else None


def _is_past(word: str) -> bool:
    """Whether a verb of a language without need of a subject tells what somebody did."""
    return not word.isascii() and word.endswith(("ла", "ли", "в", "л", "вся", "лся", "лись", "ено"))


def repeat_clauses(reading: Reading) -> list[FactPlace]:
    """Clauses that name the action at which the trouble shows."""
    steps = _steps(reading)
    if steps:
        return steps
    found = list[FactPlace]()
    marks = [*reading.marks.get("repeat", ()), *_own_actions(reading)]
    pressed = [one for one in marks if reading.words[one.first].startswith(_PRESSES)]
    for mark in pressed or marks:
        if _tells_change(reading, mark):
            continue
        if reading.words[mark.first] in (
            "якщо",
            "если",
            "if",
            "trying",
        ) and not (
            reading.in_sentence("fault", mark.first) or reading.in_sentence("error", mark.first)
        ):
            continue
        if (
            mark.first
            and reading.clauses[mark.first - 1] == reading.clauses[mark.first]
            and (
                reading.words[mark.first]
                in ("натискаю", "намагаюся", "пробую", "нажимаю", "пытаюсь", "trying")
            )
        ):
            continue
        if _asks(reading, mark.first) or reading.has("question", mark.first):
            continue
        if mark.last < len(reading.words) and reading.words[mark.last] == ":":
            end = reading.sentence_ends[reading.sentences[mark.last]]
            found.append(_clause_between(reading, mark.last + 1, end))
            continue
        found.append(_clause(reading, "how_to_reproduce", mark.first, mark.last))
    return _apart(found)[:1]


_PRESSES = ("жму", "тисн", "клік", "клик", "тиц", "тык")


def _tells_change(reading: Reading, mark: PhraseMark) -> bool:
    """`Three weeks ago when we put in the plugin`: what was done once, before."""
    after = range(mark.last, min(mark.last + 2, len(reading.words)))
    return mark.first > 0 and any(
        reading.has("change", at) and reading.clauses[at] == reading.clauses[mark.first]
        for at in after
    )


def _own_actions(reading: Reading) -> Iterator[PhraseMark]:
    """`Коли запускаю …`: a verb of the first person behind a conjunction."""
    for at in range(len(reading.words) - 1):
        verb = reading.words[at + 1]
        if reading.words[at] in _WHEN and len(verb) > 3 and verb.endswith(_FIRST_PERSON):
            yield PhraseMark("repeat", 1, at, at + 2)


_WHEN = ("коли", "когда", "якщо", "если", "щойно", "kogda", "koly", "як")
_FIRST_PERSON = ("ю", "юсь", "юся", "у", "усь", "уся", "ємо", "имо", "аем", "яем", "им", "iu", "yu")


def _asks(reading: Reading, at: int) -> bool:
    """Whether the sentence ends with a question mark and tells no fault."""
    last = reading.sentence_ends[reading.sentences[at]]
    return reading.tokens[last - 1].fold == "?" and not reading.in_sentence("fault", at)


def _steps(reading: Reading) -> list[FactPlace]:
    """Numbered lines, all of them as one."""
    starts = [at for at in range(len(reading.tokens)) if reading.line_starts[at] == at]
    heads = [
        at
        for at in starts
        if reading.tokens[at].kind == "number"
        and at + 1 < len(reading.tokens)
        and len(reading.tokens[at].fold) == 1
        and reading.tokens[at + 1].fold in ".)"
    ]
    numbers = [reading.tokens[at].fold for at in heads]
    if len(heads) < 3 or numbers != [str(one + 1) for one in range(len(heads))]:
        return []
    announced = reading.has("repeat.steps", heads[0] - 2) or reading.has(
        "repeat.steps", heads[0] - 3
    )
    if not announced:
        return []
    last = heads[-1]
    while last < len(reading.tokens) and reading.tokens[last].kind != "line":
        last += 1
    start, end = reading.slice(heads[0], last)
    return [FactPlace("how_to_reproduce", start, end)]


def _clause_between(reading: Reading, first: int, last: int) -> FactPlace:
    """What is told behind `To reproduce:`."""
    while last > first + 1 and reading.tokens[last - 1].fold in ",.;:!?\n":
        last -= 1
    return FactPlace("how_to_reproduce", *reading.slice(min(first, last - 1), last))


def _clause(reading: Reading, fact: str, first: int, last: int) -> FactPlace:
    """From a head to the end of its clause; quotes inside do not end it."""
    number = reading.clauses[first]
    end = last
    while end < len(reading.tokens) and end - first < LONGEST:
        token = reading.tokens[end]
        if end > last and reading.has("fault", end) and token.fold != "error":
            end -= token.fold == "не" and end > last + 1
            break
        if reading.clauses[end] != number or token.kind == "line":
            break
        if end > last and token.kind in ("host", "url") and _tells_state(reading, end + 1):
            break
        if (
            token.kind == "code"
            or is_status(reading, end)
            or (
                reading.has("error", end)
                and token.fold not in ("with", "error", "message", "code", "see", "log", "get")
            )
        ):
            break
        if (
            token.fold in ("the", "сайт", "і", "и", "and")
            and reading.in_clause("fault", end)
            and end > last + 1
            and _fault_follows(reading, end)
        ):
            break
        end += 1
    while end > last and (
        reading.tokens[end - 1].kind == "line" or reading.tokens[end - 1].fold in ",.;:!?—–-("
    ):
        end -= 1
    start, finish = reading.slice(first, end)
    return FactPlace(fact, start, finish)  # type: ignore[arg-type]


def _tells_state(reading: Reading, at: int) -> bool:
    """`… acme.example is …`: a new sentence without a comma before it."""
    return at < len(reading.words) and reading.words[at] in _STATES


_STATES = frozenset(
    "is are was shows gives has does doesnt isnt wont cannot not не"
    " показує показывает видає выдает стал став".split()
)


def _fault_follows(reading: Reading, at: int) -> bool:
    return any(reading.has("fault", place) for place in range(at, min(at + 4, len(reading.tokens))))


def _apart(roles: list[FactPlace]) -> list[FactPlace]:
    """Clauses that do not overlap, the earlier and longer ones."""
    kept = list[FactPlace]()
    for role in sorted(roles, key=lambda one: (one.start, -one.end)):
        if not kept or role.start >= kept[-1].end:
            kept.append(role)
    return kept


def clause_facts(
    reading: Reading, topic: str | None, errors: list[tuple[int, int]]
) -> Iterator[FactPlace]:
    """What was changed and how to repeat it, where the matter is no bill."""
    if topic == "billing":
        return
    starts = {reading.tokens[at].start for first, last in errors for at in range(first, last)}
    found = (*change_clauses(reading), *repeat_clauses(reading))
    yield from (one for one in found if one.start not in starts)
