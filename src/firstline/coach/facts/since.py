"""Since when there is trouble: which times of a message tell its beginning."""

from __future__ import annotations

from firstline.coach.facts.extents import TokenRange
from firstline.coach.facts.other_times import is_in_log, is_of_else
from firstline.coach.facts.starts import shortest_telling, start_clauses
from firstline.coach.reading.reading import Reading
from firstline.coach.words import word_set

NEAR = 7  # words before a time that may tell a change
FAR = 24  # tokens of a clause that are looked at on each side
SHORT = 30  # tokens of a sentence that tells one thing


def since_spans(
    reading: Reading, times: list[TokenRange], errors: list[TokenRange], changes_count: bool
) -> list[TokenRange]:
    """Of the tellings of times those of when the trouble began; `errors` are what went wrong.
    Where none is told, and `changes_count`, it is the time of what was changed before it.
    """
    wrong = {at for first, last in errors for at in range(first, last)}
    clauses = list(dict.fromkeys(start_clauses(reading, times)))
    clauses = [one for one in clauses if not any(_holds(other, one) for other in clauses)]
    inside = {at for first, last in (*clauses, *errors) for at in range(first, last)}
    found = [
        span for span in times if span[0] not in inside and _tells_beginning(reading, *span, wrong)
    ]
    if not (found or clauses) and changes_count and (wrong or reading.marks.get("fault")):
        found = [span for span in times if span[0] not in inside and _dates_change(reading, *span)]
    spans = [_with_suffix(reading, *_whole_clause(reading, *span)) for span in found]
    return _without_noticed(reading, [*clauses, *spans])


def _dates_change(reading: Reading, first: int, last: int) -> bool:
    """Whether a time is that of a change, and of nothing else."""
    if is_in_log(reading, first) or is_of_else(reading, first, last):
        return False
    changed = _has_change(reading, first) or _follows_change(reading, first, last)
    return changed and not reading.in_clause("change.remedy", first)


def _follows_change(reading: Reading, first: int, last: int) -> bool:
    """Whether a time is a clause of its own behind one that tells a change."""
    if not _is_clause_of_its_own(reading, first, last):
        return False
    return any(reading.has("change", at) for at in reading.before(first, NEAR + NEAR))


def _is_clause_of_its_own(reading: Reading, first: int, last: int) -> bool:
    begins = first == 0 or reading.clauses[first - 1] != reading.clauses[first]
    return begins and (last == len(reading.tokens) or reading.tokens[last].kind in ("sign", "line"))


def _holds(outer: TokenRange, inner: TokenRange) -> bool:
    return outer != inner and outer[0] <= inner[0] and inner[1] <= outer[1]


def _with_suffix(reading: Reading, first: int, last: int) -> TokenRange:
    """`For the third day running`, `from Tuesday on`, `for an hour or so`, `два дні поспіль`."""
    after = reading.words[last : last + 3]
    if after[:1] and _is_possessive(reading, last - 1) and reading.tokens[last].kind == "word":
        return first, last + 1  # `since Tuesday's storm`
    if after[:2] == ["or", "so"]:
        return first, last + 2
    if after == ["in", "a", "row"]:
        return first, last + 3
    if (
        after[:1]
        and after[0] in _ALREADY
        and any(reading.has("when.unit", at) for at in range(first, last))
    ):
        since = any(reading.has("when.since", at) for at in range(first, last))
        return (first, last) if since else (first, last + 1)
    goes_on = after[:1] == ["on"] and reading.words[first] == "from"
    if after and (after[0] in _SUFFIXES or (goes_on and after[1:] != ["the"])):
        return first, last + 1
    return first, last


def _is_possessive(reading: Reading, at: int) -> bool:
    token = reading.tokens[at]
    raw = reading.text[token.start : token.end]
    return reading.has("when.weekday", at) and raw[-2:] in ("'s", "’s")


_ALREADY = ("already", "вже", "уже")
_SUFFIXES = word_set("since.suffixes")


def _without_noticed(reading: Reading, spans: list[TokenRange]) -> list[TokenRange]:
    """When it was noticed tells nothing where it is said when it began."""
    noticed = [one for one in spans if reading.in_clause("when.noticed", one[0])]
    return [one for one in spans if one not in noticed] if len(noticed) < len(spans) else spans


def _tells_beginning(reading: Reading, first: int, last: int, wrong: set[int]) -> bool:
    if is_in_log(reading, first) or is_of_else(reading, first, last):
        return False
    since = any(reading.has("when.since", at) for at in range(first, last))
    if since:
        return True
    if _is_labelled(reading, first) or _is_sentence(reading, first, last):
        return bool(wrong or reading.marks.get("fault"))
    trouble = _is_with_trouble(reading, first, last, wrong)
    if reading.in_clause("when.still", first):
        return True
    lasts = any(
        reading.has("when.unit", at) and not reading.has("when.rel", at)
        for at in range(first, last)
    )
    if any(reading.has("when.ago", at) for at in range(first, last)) or not lasts:
        return trouble and not _has_change(reading, first)
    return trouble or _stands_alone(reading, first, bool(wrong))


def _is_labelled(reading: Reading, first: int) -> bool:
    """`First seen: …`, `Начало: …`: a time behind the label of a line."""
    start = reading.line_starts[first]
    if not 1 < first - start < 6 or reading.words[first - 1] != ":":
        return False
    return any(
        reading.has("when.began", at) or reading.words[at] in _LABELS for at in range(start, first)
    )


_LABELS = word_set("since.labels")


def _is_sentence(reading: Reading, first: int, last: int) -> bool:
    """A clock or a stamp that is a sentence of its own: `21:52.`"""
    exact = last - first == 1 and reading.tokens[first].kind in ("clock", "date")
    clock = reading.tokens[first].kind == "clock" or ":" in reading.words[first]
    return exact and clock and reading.sentence_sizes[reading.sentences[first]] <= 2


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


def _is_with_trouble(reading: Reading, first: int, last: int, wrong: set[int]) -> bool:
    """Whether what is wrong is told with the time: in its part of the clause, or in the sentence
    where the time is a clause of its own.
    """
    part = _part_of_clause(reading, first, last)
    trouble = {"fault", "when.began"}
    if any(at in wrong or any(reading.has(one, at) for one in trouble) for at in part):
        return True
    if any(reading.has("when.found", at) for at in part):
        return reading.in_sentence("fault", first)
    words = [at for at in part if reading.tokens[at].kind == "word" and not first <= at < last]
    sentence = reading.sentences[first]
    short = reading.sentence_sizes[sentence] < SHORT
    trouble_told = reading.in_sentence("fault", first) or any(
        reading.sentences[at] == sentence for at in wrong
    )
    return len(words) < 2 and short and trouble_told


def _part_of_clause(reading: Reading, first: int, last: int) -> range:
    """The clause of a time as far as the words that set against each other (`and`, `але`)."""
    number, start, end = reading.clauses[first], first, last
    while start > 0 and first - start < FAR and reading.clauses[start - 1] == number:
        if reading.words[start - 1] in _AGAINST:
            break
        start -= 1
    while end < len(reading.tokens) and end - last < FAR and reading.clauses[end] == number:
        if reading.words[end] in _AGAINST:
            break
        end += 1
    return range(start, end)


_AGAINST = word_set("times.against")


def _stands_alone(reading: Reading, first: int, errors: bool) -> bool:
    """Whether a length of time is a clause of its own: `…, третій день, …`"""
    number = reading.clauses[first]
    before = first == 0 or reading.clauses[first - 1] != number
    return before and (errors or bool(reading.marks.get("fault")))


def _whole_clause(reading: Reading, first: int, last: int) -> tuple[int, int]:
    """`Yesterday it still worked` is told by the whole clause."""
    if not reading.in_clause("when.still", first):
        return first, last
    number, time = reading.clauses[first], first
    while first > 0 and reading.clauses[first - 1] == number:
        first -= 1
    while last < len(reading.tokens) and reading.clauses[last] == number:
        if last > first and reading.words[last] in ("а", "але", "но", "but"):
            break
        last += 1
    while last > first and reading.tokens[last - 1].kind in ("sign", "line"):
        last -= 1
    while first < last and (
        reading.tokens[first].kind == "sign"
        or reading.tokens[first].fold
        in ("а", "but", "now", "але", "но", "and", "і", "и", "хоча", "хотя")
    ):
        first += 1
    return shortest_telling(reading, first, last, time)
