"""Codes of errors and replies of servers: HTTP, SMTP, FTP, browsers, Windows."""

from __future__ import annotations

from collections.abc import Iterator

from firstline.coach.facts.extents import TokenRange, is_status, line_or_sentence_end
from firstline.coach.reading.reading import CLOSING, OPENING, Reading
from firstline.coach.words import word_set

_CODE_PARTS = word_set("errors.parts")


_UNITS = word_set("errors.units")


_PLAIN = ("403", "404", "500", "502", "503", "504", "508", "520", "521", "522", "524", "525", "526")
_RARE = ("403", "404", "502", "503", "504", "508", "520", "521", "522", "524", "525", "526")
_USUAL = word_set("errors.statuses")


def codes(reading: Reading, times: set[int]) -> Iterator[TokenRange]:
    """`ERR_CERT_DATE_INVALID`, `NET::ERR_…`, `0x800CCC0E`, `NSURLErrorDomain -1202`."""
    for at, token in enumerate(reading.tokens):
        raw = reading.text[token.start : token.end]
        if at not in times and _is_number_of_error(reading, at):
            yield at, at + 1
        if token.kind == "code" and _is_error_code(raw):
            first = at
            while (
                first > 0
                and reading.tokens[first - 1].fold in (":", "net")
                and (reading.tokens[first - 1].end == reading.tokens[first].start)
            ):
                first -= 1
            yield first, at + 1
        elif token.kind == "word" and _is_class_of_error(raw):
            yield _start_of_chunk(reading, at), line_or_sentence_end(reading, at, set())


def _is_number_of_error(reading: Reading, at: int) -> bool:
    """`ошибка 1045`, `error no. 10060`, `errno: 13`; not `ошибки 2024 года`."""
    token = reading.tokens[at]
    if token.kind != "number" or not 1 < len(token.fold) < 6 or _counts_time(reading, at):
        return False
    near = (reading.words[one] for one in range(at - 1, max(-1, at - 5), -1))
    if token.fold in MYSQL and reading.has("error", at - 1):
        return True  # `вылезает 1045`
    named = next((one for one in near if one not in _NUMBER_SIGNS), "")
    ended = at > 1 and reading.words[at - 1] == "." and reading.words[at - 2] in _ERROR_WORDS
    return named in _ERROR_WORDS and not ended


def _counts_time(reading: Reading, at: int) -> bool:
    after = reading.words[at + 1] if at + 1 < len(reading.words) else ""
    counts = reading.has("when.unit", at + 1) or after in _UNITS
    return counts or after.startswith(("год", "рок", "year", "раз", "times"))


MYSQL = word_set("errors.mysql")
_NUMBER_SIGNS = frozenset(
    "№ # no nr number num with of номер номером код кодом code : . з с із под під".split()
)
_ERROR_WORDS = word_set("errors.named")


def _is_error_code(raw: str) -> bool:
    return raw[:2].lower() == "0x" or (
        "_" in raw and not _CODE_PARTS.isdisjoint(raw.lower().split("_"))
    )


def _is_class_of_error(raw: str) -> bool:
    """`TypeError`, `PDOException`, `NSURLErrorDomain`."""
    return any(raw.find(one, 2) > 0 and raw[0].isupper() for one in ("Error", "Exception"))


def _start_of_chunk(reading: Reading, at: int) -> int:
    while (
        at > 0
        and reading.tokens[at - 1].end == reading.tokens[at].start
        and (reading.tokens[at - 1].fold not in OPENING + CLOSING + "([:")
    ):
        at -= 1
    return at


def replies(reading: Reading, times: set[int]) -> Iterator[TokenRange]:
    """`503 Service Unavailable`, `550 5.7.1 …`, `530 Login incorrect`, a bare `404`."""
    reasons: dict[int, int] = {}
    for mark in reading.marks.get("error.reason", ()):
        reasons[mark.first] = max(mark.last, reasons.get(mark.first, 0))
    for at, token in enumerate(reading.tokens):
        if (token.kind == "code" and token.fold[3:4] == "-") or _is_bare_enhanced(reading, at):
            yield at, line_or_sentence_end(reading, at, times)
        if _is_numbered_refusal(reading, at):
            yield at, line_or_sentence_end(reading, at, times)
        if not is_status(reading, at):
            continue
        first = _with_protocol(reading, at)
        after = reading.tokens[at + 1] if at + 1 < len(reading.tokens) else None
        if at + 1 in reasons:
            yield first, reasons[at + 1]
        elif (
            after
            and after.kind == "version"
            and after.fold[0] in "245"
            and after.fold.count(".") == 2
        ) or (after and _begins_reply(reading, at + 1)):
            yield first, line_or_sentence_end(reading, at, times)
        elif _is_bare_status(reading, at, token.fold) or _is_behind_address(reading, at, times):
            yield first, at + 1


def _is_numbered_refusal(reading: Reading, at: int) -> bool:
    """`error 1020 Access denied`: a number of another program with its text."""
    token = reading.tokens[at]
    if (
        token.kind != "number"
        or not 3 < len(token.fold) < 6
        or at == 0
        or at + 1 == len(reading.tokens)
    ):
        return False
    return reading.words[at - 1].startswith(("error", "помилк", "ошибк")) and _begins_reply(
        reading, at + 1
    )


def _is_bare_enhanced(reading: Reading, at: int) -> bool:
    """`#5.4.317 Message expired`: an enhanced code without the reply's, and no version."""
    token = reading.tokens[at]
    if token.kind != "version" or token.fold[0] not in "45" or token.fold.count(".") != 2:
        return False
    before = reading.tokens[at - 1].fold if at else "\n"
    return before in "#<[(:\n" and at + 1 < len(reading.tokens) and _begins_reply(reading, at + 1)


def _with_protocol(reading: Reading, at: int) -> int:
    """Where a status begins that has its protocol before it: `HTTP/1.1 429`, `HTTP ERROR 500`."""
    if reading.words[max(0, at - 2) : at] == ["http", "error"]:
        return at - 2
    place = at - 1
    while place > 0 and reading.words[place] in ("/", ".", "0", "1", "2", "3", "1.1", "1.0", "2.0"):
        place -= 1
    return place if place >= 0 and reading.words[place] == "http" else at


def _begins_reply(reading: Reading, at: int) -> bool:
    """Whether words of a program follow a code: they begin big, in Latin letters."""
    token = reading.tokens[at]
    raw = reading.text[token.start : token.end]
    if token.kind == "path":
        return reading.words[at + 1 : at + 2] == [":"]
    if token.kind == "sign" and token.fold in "-–" and at + 1 < len(reading.tokens):
        return reading.tokens[at + 1].kind == "word" and reading.words[at + 1].isascii()
    return (
        token.kind == "word"
        and raw[0].isupper()
        and raw.isascii()
        and len(raw) > 1
        and token.fold not in _UNITS
    )


def _is_bare_status(reading: Reading, at: int, fold: str) -> bool:
    if reading.word_count <= 2:
        return True
    after = reading.tokens[at + 1] if at + 1 < len(reading.tokens) else None
    if after and (
        after.fold in _UNITS or after.kind == "number" or reading.has("cue.version", at + 1)
    ):
        return False
    if not fold.isdecimal():
        return True
    before = at - 1
    if before >= 0 and (
        reading.has("cue.version", before) or reading.tokens[before].kind == "number"
    ):
        return False
    if after and reading.has("error", at + 1) and after.kind == "word":
        return reading.words[at + 1][:4] in ("erro", "поми", "ошиб", "code")
    if before >= 0 and reading.words[before][:4] in (
        "erro",
        "поми",
        "ошиб",
        "code",
        "код",
        "http",
        "код_",
    ):
        return True
    if fold not in _USUAL or _is_counted(reading, at):
        return False
    if fold in _RARE and (after is None or after.kind in ("sign", "line")):
        return True  # nothing else is counted so
    if before < 0 or reading.words[before] in (":", "—", "-", "–", ",", ".", "\n", "то", "\n\n"):
        return fold in _PLAIN or (before >= 0 and reading.words[before] == ":")
    return reading.near("error.code", at, 2) or reading.near("error", at, 3)


def _is_behind_address(reading: Reading, at: int, times: set[int]) -> bool:
    """`acme.example 503 since noon`, `FTP acme.example 530 again`: a code behind where it is seen,
    and then nothing that it could count.
    """
    if at == 0 or reading.tokens[at - 1].kind not in _SEEN_AT:
        return False
    if reading.words[at] not in _USUAL and _PROTOCOLS.isdisjoint(reading.vocabulary):
        return False
    if at + 1 == len(reading.tokens) or reading.tokens[at + 1].kind in ("sign", "line"):
        return reading.words[at + 1 : at + 2] != ["%"]
    after, further = reading.words[at + 1], at + 2
    if at + 1 in times and after not in _PER:
        return True
    if after in _PER and further < len(reading.tokens):
        dated = reading.tokens[further].kind in ("number", "clock", "date")
        seen = any(reading.has("topic.web", one) for one in (further, further + 1))
        return dated or seen or reading.words[at] in _RARE or reading.has("when.weekday", further)
    return (further in times and at + 1 in reading.time_words) or after in _AGAIN


_SEEN_AT = ("host", "url", "path", "ip")
_PROTOCOLS = frozenset(("ftp", "ftps", "sftp", "smtp", "imap", "pop3"))
_AGAIN = word_set("errors.again")
_PER = frozenset(("per", "a", "an", "in", "в", "у", "за", "на"))  # `acme.example 500 в месяц`


def _is_counted(reading: Reading, at: int) -> bool:
    after = reading.tokens[at + 1] if at + 1 < len(reading.tokens) else None
    return (
        after is not None
        and after.kind == "word"
        and reading.language == "en"
        and (after.fold[-1] == "s" and after.fold not in ("is", "always", "errors", "pages", "as"))
    )
