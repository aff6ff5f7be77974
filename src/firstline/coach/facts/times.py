"""Since when there is trouble: times in three languages, and which of them tell its beginning."""

from __future__ import annotations

from collections.abc import Iterator

from firstline.coach.facts.extents import TokenRange
from firstline.coach.facts.starts import start_clauses
from firstline.coach.reading.reading import Reading
from firstline.coach.words import word_set

NEAR = 7
CLOSE = 4  # words before `since` that say of what else it is
SHORT = 30  # tokens of a sentence that tells one thing
LONGEST = 14  # tokens of one telling


def since_spans(
    reading: Reading, times: list[TokenRange], errors: list[TokenRange]
) -> list[TokenRange]:
    """Of the tellings of times those of when the trouble began; `errors` are what went wrong."""
    wrong = {reading.sentences[first] for first, _ in errors}
    clauses = list(start_clauses(reading, times))
    inside = {at for first, last in (*clauses, *errors) for at in range(first, last)}
    found = [
        span for span in times if span[0] not in inside and _tells_beginning(reading, *span, wrong)
    ]
    spans = [_with_suffix(reading, *_whole_clause(reading, *span)) for span in found]
    return _without_noticed(reading, [*clauses, *spans])


def _with_suffix(reading: Reading, first: int, last: int) -> TokenRange:
    """`For the third day running`, `from Tuesday on`, `for an hour or so`, `два дні поспіль`."""
    after = reading.words[last : last + 3]
    if after[:2] == ["or", "so"]:
        return first, last + 2
    if after == ["in", "a", "row"]:
        return first, last + 3
    goes_on = after[:1] == ["on"] and reading.words[first] == "from"
    if after and (after[0] in _SUFFIXES or (goes_on and after[1:] != ["the"])):
        return first, last + 1
    return first, last


_SUFFIXES = word_set("since.suffixes")


def _without_noticed(reading: Reading, spans: list[TokenRange]) -> list[TokenRange]:
    """When it was noticed tells nothing where it is said when it began."""
    noticed = [one for one in spans if reading.in_clause("when.noticed", one[0])]
    return [one for one in spans if one not in noticed] if len(noticed) < len(spans) else spans


def time_spans(reading: Reading) -> Iterator[TokenRange]:
    """Stretches of words of time that hold a moment or a length of time."""
    at, size = 0, len(reading.tokens)
    while at < size:
        last = at
        while last < min(size, at + LONGEST) and _may_stand(reading, last, at):
            last += 1
        if last > at:
            first, end = _bare(reading, at, last)
            if first < end and _is_time(reading, first, end):
                yield first, end
        at = max(last, at + 1)


def _may_stand(reading: Reading, at: int, first: int) -> bool:
    token = reading.tokens[at]
    if token.kind == "version" and reading.near("cue.version", at, 4):
        return False
    if token.kind in ("date", "clock", "version"):
        return token.kind != "version" or _is_day_and_month(token.fold)
    if token.kind == "number":
        return not _is_of_something_else(reading, at)
    if token.kind == "sign":
        return token.fold in ",-–.:" and at > first and _goes_on(reading, at)
    if token.kind == "name":
        return _is_ordinal(token.fold)
    return token.kind == "word" and at in reading.time_words


def _is_day_and_month(fold: str) -> bool:
    day, _, month = fold.partition(".")
    return day.isdigit() and month.isdigit() and 0 < int(day[:3]) < 32 and 0 < int(month[:3]) < 13


def _is_ordinal(fold: str) -> bool:
    """`25th`, `26-го`, `11-й`."""
    digits = fold.rstrip("abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюяіїє-")
    return (
        fold not in ("1с", "1c")
        and digits.isdigit()
        and len(digits) < 3
        and len(fold) - len(digits) < 5
    )


def _is_of_something_else(reading: Reading, at: int) -> bool:
    """Whether a number counts no time: it is long, or what it counts follows."""
    if len(reading.tokens[at].fold) > 4:
        return True
    return at + 1 < len(reading.tokens) and (
        reading.has("cue.version", at + 1) and not reading.has("when.unit", at + 1)
    )


def _goes_on(reading: Reading, at: int) -> bool:
    """Whether a sign stands inside a telling: `Wednesday, 25 November`, `26-го`, `24 Nov.`"""
    if at + 1 >= len(reading.tokens):
        return False
    after = reading.tokens[at + 1]
    sign = reading.tokens[at].fold
    if sign == ",":
        before = at - 1
        if _ends(reading, before) and (
            reading.has("when.since", at + 1) or reading.has("when.at", at + 1)
        ):
            return any(
                _is_core(reading, place)
                for place in range(at + 1, min(at + 5, len(reading.tokens)))
            )
        return after.kind in ("number", "date", "clock") and (
            reading.has("when.weekday", before) or reading.has("when.rel", before)
        )
    if sign == ".":
        return reading.words[at - 1] in ("г", "р", "nov", "dec", "oct", "sep") and _may_stand(
            reading, at + 1, at + 1
        )
    touches = after.start == reading.tokens[at].end
    return sign in "-–" and touches and after.kind == "word" and len(after.fold) < 4


def _is_core(reading: Reading, at: int) -> bool:
    return reading.tokens[at].kind in ("clock", "date") or reading.has("when.part", at)


def _bare(reading: Reading, first: int, last: int) -> tuple[int, int]:
    """A stretch without words at its edges that tell no time alone."""
    while first < last and not _begins(reading, first, last):
        first += 1
    while last > first and not _ends(reading, last - 1):
        last -= 1
    return _from_since(reading, first, last), last


def _from_since(reading: Reading, first: int, last: int) -> int:
    """Where a telling begins that has `since` inside: `300 a day since Monday`."""
    since = next((at for at in range(first, last) if reading.has("when.since", at)), first)
    before = range(first, since)
    loose = any(
        reading.tokens[at].kind == "number"
        or reading.has("when.unit", at)
        or reading.has("when.part", at)
        for at in before
    )
    dated = any(
        reading.has("when.month", at)
        or reading.has("when.rel", at)
        or reading.has("when.weekday", at)
        for at in before
    )
    return since if loose and not dated else first


def _begins(reading: Reading, at: int, last: int) -> bool:
    token = reading.tokens[at]
    if token.fold in ("already", "вже", "уже", "after", "под", "під", ",") or token.kind == "sign":
        return (
            token.fold == "after"
            and at + 1 < last
            and (reading.has("when.rel", at + 1) or reading.has("when.part", at + 1))
        )
    return token.fold not in ("and", "of", "р", "г", "року", "года", "числа")


def _ends(reading: Reading, at: int) -> bool:
    token = reading.tokens[at]
    if token.kind in ("number", "date", "clock", "version", "name"):
        return True
    if reading.has("when.number", at) and at and reading.has("when.unit", at - 1):
        return True
    if at and reading.words[at - 1] in ("під", "during"):
        return False
    return (
        token.kind == "word"
        and any(
            reading.has(f"when.{one}", at)
            for one in ("rel", "weekday", "month", "unit", "ago", "part")
        )
        and token.fold not in ("now", "already")
    )


def _is_time(reading: Reading, first: int, last: int) -> bool:
    tokens = range(first, last)
    if any(reading.has(f"when.{one}", at) for one in ("rel", "weekday") for at in tokens):
        return True
    kinds = {reading.tokens[at].kind for at in tokens}
    numbers = "number" in kinds or "name" in kinds
    if kinds & {"date"}:
        return True
    if numbers and any(reading.has("when.month", at) for at in tokens):
        return True
    if kinds & {"clock", "version"}:
        return any(
            reading.has(f"when.{one}", at) for one in ("since", "at", "rel") for at in tokens
        )
    if any(reading.has("when.month", at) for at in tokens):
        return numbers or any(reading.has("when.since", at) for at in tokens)
    counts = numbers or any(
        reading.has(f"when.{one}", at) for one in ("number", "last", "for") for at in tokens
    )
    if any(reading.has("when.unit", at) for at in tokens):
        return counts
    if any(reading.has("when.part", at) for at in tokens):
        return numbers or any(reading.has("when.since", at) for at in tokens)
    return (
        numbers
        and reading.has("when.since", first)
        and (last - first > 1 and _is_hour(reading, last - 1))
    )


def _is_hour(reading: Reading, at: int) -> bool:
    token = reading.tokens[at]
    return token.kind == "name" and _is_ordinal(token.fold)


def _tells_beginning(reading: Reading, first: int, last: int, wrong: set[int]) -> bool:
    if _is_in_log(reading, first) or _is_of_else(reading, first, last):
        return False
    since = any(reading.has("when.since", at) for at in range(first, last))
    if since:
        return True
    trouble = _is_with_trouble(reading, first) or reading.sentences[first] in wrong
    if reading.in_clause("when.still", first):
        return True
    lasts = any(
        reading.has("when.unit", at) and not reading.has("when.rel", at)
        for at in range(first, last)
    )
    if any(reading.has("when.ago", at) for at in range(first, last)) or not lasts:
        return trouble and not _has_change(reading, first)
    return trouble or _stands_alone(reading, first, bool(wrong))


def _has_change(reading: Reading, at: int) -> bool:
    """Whether the clause tells what was done then, and not what is wrong since."""
    near = range(max(0, at - NEAR), at)
    if any(
        reading.has("change", one)
        and not reading.has("fault", one)
        and reading.clauses[one] == reading.clauses[at]
        for one in near
    ):
        return True
    changes = reading.in_clause("change", at) and not reading.in_clause("fault", at)
    return changes and not reading.in_clause("when.began", at)


def _is_with_trouble(reading: Reading, at: int) -> bool:
    """Whether what is wrong is told with the time: in its clause, or in a short sentence."""
    if reading.in_clause("when.began", at) or reading.in_clause("fault", at):
        return True
    short = reading.sentence_sizes[reading.sentences[at]] < SHORT
    return short and reading.in_sentence("fault", at)


def _stands_alone(reading: Reading, first: int, errors: bool) -> bool:
    """Whether a length of time is a clause of its own: `…, третій день, …`"""
    number = reading.clauses[first]
    before = first == 0 or reading.clauses[first - 1] != number
    return before and (errors or bool(reading.marks.get("fault")))


def _is_in_log(reading: Reading, at: int) -> bool:
    """Whether the line is a head of a letter, or one of a log, that begins with a time."""
    first = reading.line_starts[at]
    if reading.words[first] == "[" and at - first < 12:
        return "]" in reading.words[at : at + 12]
    if reading.tokens[first].fold in ("date", "received", "arrival-date", "sent", "дата", "on"):
        return first != at and (reading.words[first] != "on" or "wrote" in reading.vocabulary)
    start = first
    while (
        start < at and reading.tokens[start].kind == "sign" and reading.tokens[start].fold in "[>|("
    ):
        start += 1
    token = reading.tokens[at]
    return (
        at <= start + 2
        and token.kind in ("date", "clock")
        and "\n" in reading.text
        and (token.start - reading.tokens[first].start < 8)
        and _is_followed_by_clock(reading, at)
    )


def _is_followed_by_clock(reading: Reading, at: int) -> bool:
    kinds = [token.kind for token in reading.tokens[at : at + 4]]
    return "clock" in kinds


def _is_of_else(reading: Reading, first: int, last: int) -> bool:
    """Whether the time is that of a payment, of becoming a client, of an end; or a frequency."""
    before = reading.words[first - 1] if first else ""
    after = reading.words[last] if last < len(reading.words) else ""
    if before.startswith(("добр", "good", "dobr")) or after.startswith(_COPIES):
        return True
    if before in _EVERY or after in _WAITS or _is_possessive(reading, first, last):
        return True
    if _is_frequency(reading, first, last) or _is_asked(reading, first):
        return True
    if reading.in_clause("when.still", first):
        return False
    reach = CLOSE if reading.has("when.since", first) else NEAR
    if any(reading.has("when.not", at) for at in reading.before(first, reach)):
        return True
    if first > 0 and reading.has("when.not", first) and not reading.has("when.since", first):
        return True
    if (
        last < len(reading.tokens)
        and reading.words[last] in ("до", "to", "till", "until", "по")
        and (
            last + 1 < len(reading.tokens)
            and reading.tokens[last + 1].kind in ("clock", "number", "date")
        )
    ):
        return True
    if (
        reading.words[first] in ("від", "от")
        and first
        and reading.words[first - 1].startswith(_DATED)
    ):
        return True
    years = [t.fold for t in reading.tokens[first:last] if t.kind == "number" and len(t.fold) == 4]
    return bool(years) and not any(reading.has("when.month", at) for at in range(first, last))


_EVERY = word_set("times.every")
_WAITS = word_set("times.waits")


def _is_possessive(reading: Reading, first: int, last: int) -> bool:
    """`Yesterday's prices` are no time."""
    return reading.words[last - 1] == "yesterdays" and not reading.has("when.since", first)


def _is_frequency(reading: Reading, first: int, last: int) -> bool:
    """`12 a day`, `500 в сутки`, `з 8:00 до 20:00`."""
    tokens = range(first, last)
    if any(reading.has("when.ago", at) or reading.has("when.last", at) for at in tokens):
        return False
    pairs = range(first, last - 1)
    per = any(
        reading.words[at] in _PER
        and reading.words[max(0, at - 1)] not in _LASTING
        and reading.has("when.unit", at + 1)
        for at in pairs
    )
    if per and (first > 0 and reading.sentences[first - 1] == reading.sentences[first]):
        return not any(reading.has("when.since", at) for at in tokens)
    clocks = sum(reading.tokens[at].kind == "clock" for at in tokens)
    return clocks > 1 and any(reading.words[at] in ("до", "to", "till") for at in tokens)


def _is_asked(reading: Reading, at: int) -> bool:
    """Whether the sentence only asks for a length of time."""
    last = reading.tokens[reading.sentence_ends[reading.sentences[at]] - 1]
    asks = last.fold == "?" and reading.in_sentence("question", at)
    return asks and not reading.in_sentence("question.why", at)


_LASTING = ("for", "about", "around", "over", "almost", "nearly", "within", "half", "roughly")
_COPIES = ("backup", "бекап", "бэкап", "копі", "копи", "copy", "резерв")
_PER = word_set("times.per")
_DATED = ("замов", "заказ", "рахун", "счет", "акт", "лист", "письм", "догов", "плат")


def _whole_clause(reading: Reading, first: int, last: int) -> tuple[int, int]:
    """`Yesterday it still worked` is told by the whole clause."""
    if not reading.in_clause("when.still", first):
        return first, last
    number = reading.clauses[first]
    while first > 0 and reading.clauses[first - 1] == number:
        first -= 1
    while last < len(reading.tokens) and reading.clauses[last] == number:
        last += 1
    while last > first and reading.tokens[last - 1].kind in ("sign", "line"):
        last -= 1
    while first < last and (
        reading.tokens[first].kind == "sign"
        or reading.tokens[first].fold
        in ("а", "but", "now", "але", "но", "and", "і", "и", "хоча", "хотя")
    ):
        first += 1
    return first, last
