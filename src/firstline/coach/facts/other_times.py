"""Times that tell no beginning of trouble: of payments, ends, frequencies, and of logs."""

from __future__ import annotations

from firstline.coach.reading.reading import Reading
from firstline.coach.words import word_set

NEAR = 7  # words before a time that say of what else it is
CLOSE = 4  # the same before `since`


def is_in_log(reading: Reading, at: int) -> bool:
    """Whether the line is a head of a letter, or one of a log, that begins with a time."""
    first = reading.line_starts[at]
    if reading.words[first] == "[" and at - first < 12 and _holds_stamp(reading, first):
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
        and ("\n" in reading.text or _is_level_next(reading, at))
        and (token.start - reading.tokens[first].start < 8)
        and _is_followed_by_clock(reading, at)
    )


def _holds_stamp(reading: Reading, first: int) -> bool:
    """Whether a date or clock stands in the brackets that begin a line: not `[since Tue]`."""
    return any(token.kind in ("date", "clock") for token in reading.tokens[first : first + 12])


def _is_level_next(reading: Reading, at: int) -> bool:
    """`2026-11-23 10:15:12 ERROR …`: a line of a log alone."""
    return not {"error", "warn", "warning", "fatal", "critical", "info", "["}.isdisjoint(
        reading.words[at + 1 : at + 5]
    )


def _is_followed_by_clock(reading: Reading, at: int) -> bool:
    kinds = [token.kind for token in reading.tokens[at : at + 4]]
    return "clock" in kinds


def is_of_else(reading: Reading, first: int, last: int) -> bool:
    """Whether the time is that of a payment, of becoming a client, of an end; or a frequency."""
    before = reading.words[first - 1] if first else ""
    after = reading.words[last] if last < len(reading.words) else ""
    if before.startswith(("добр", "good", "dobr")) or after.startswith(_COPIES):
        return True
    if (
        _is_of_copy(reading, first)
        or before in _SHOWS
        or reading.in_clause("change.nothing", first)
    ):
        return True
    if before in _EVERY or after in _WAITS or _is_repeated(reading, first, last):
        return True
    if _is_term(reading, first, last) or _is_possessive(reading, first, last):
        return True
    if _is_frequency(reading, first, last) or _is_asked(reading, first):
        return True
    if reading.in_clause("when.still", first):
        return False
    if _is_of_payment(reading, first, last) or _goes_until(reading, first, last):
        return True
    years = [t.fold for t in reading.tokens[first:last] if t.kind == "number" and len(t.fold) == 4]
    return bool(years) and not any(reading.has("when.month", at) for at in range(first, last))


def _is_repeated(reading: Reading, first: int, last: int) -> bool:
    """`Every night from 2:00`, but not `every hour since Monday`."""
    clock = any(token.kind == "clock" for token in reading.tokens[first:last])
    begins = reading.has("when.since", first) and not clock
    return reading.in_clause("when.every", first) and not begins


def _is_of_copy(reading: Reading, first: int) -> bool:
    """`A copy from this morning`, `копія від вчора`."""
    words = reading.words[max(0, first - 2) : first]
    return reading.has("when.since", first) and any(word.startswith(_COPIES) for word in words)


def _is_of_payment(reading: Reading, first: int, last: int) -> bool:
    """Whether words beside a time say that it is one of paying, ordering, being a client."""
    number = reading.clauses[first]
    behind = range(last, min(last + 2, len(reading.words)))
    if any(_is_of_else_word(reading, at) and reading.clauses[at] == number for at in behind):
        return True
    since = reading.has("when.since", first)
    if any(reading.has("when.not", at) for at in reading.before(first, CLOSE if since else NEAR)):
        return True
    if first == 0:
        return False
    if reading.has("when.not", first) and not since:
        return True
    return reading.words[first] in ("від", "от") and reading.words[first - 1].startswith(_DATED)


def _goes_until(reading: Reading, first: int, last: int) -> bool:
    """`З 8:00 до 20:00`: how long something is open."""
    opens = any(reading.has("when.since", at) for at in range(first, last))
    if opens and reading.words[last : last + 1] and reading.words[last] in _UNTIL:
        after = reading.tokens[last + 1 : last + 2]
        return bool(after) and after[0].kind in ("clock", "number", "date")
    return False


_SHOWS = word_set("errors.says")  # `shows last month`: what a page has on it
_UNTIL = ("до", "to", "till", "until", "по")
_EVERY = word_set("times.every")
_WAITS = word_set("times.waits")


def _is_term(reading: Reading, first: int, last: int) -> bool:
    """Until when, after how long, how long it takes, of which day: `by Monday`, `через годину`."""
    if any(reading.has(one, at) for one in ("when.since", "when.ago") for at in range(first, last)):
        return False
    if reading.in_clause("when.still", first):
        return False
    if reading.words[first] == "in" and last - first > 1 and reading.has("when.unit", last - 1):
        return reading.words[first + 1] not in ("the", "last")  # `in half an hour`
    if reading.words[first] in _TERMS or _is_at_hour(reading, first, last):
        return True
    before = reading.words[first - 1] if first else ""
    lasts = any(reading.has("when.unit", at) for at in range(first, last))
    lasts = lasts and reading.words[first] != "for"
    return before in _TERMS or before == "of" or (lasts and before in _LENGTHS)


def _is_of_else_word(reading: Reading, at: int) -> bool:
    return reading.has("when.not", at) and len(reading.words[at]) > 4


def _is_at_hour(reading: Reading, first: int, last: int) -> bool:
    """`На 6:30`: for when something is set."""
    return reading.words[first] == "на" and reading.tokens[last - 1].kind == "clock"


_TERMS, _LENGTHS = word_set("times.terms"), word_set("times.lengths")


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
        and not reading.has("when.weekday", at + 1)
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
