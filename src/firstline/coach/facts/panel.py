"""Pages of the control panel: titles in quotes, behind the word for a section, and with arrows."""

from __future__ import annotations

from collections.abc import Iterator

from firstline.coach.facts.addresses import FactPlace
from firstline.coach.reading.reading import Reading
from firstline.coach.words import word_set


def panel_pages(
    reading: Reading, topic: str | None, errors: list[tuple[int, int]]
) -> Iterator[FactPlace]:
    """The pages that are named; buttons only where no page is."""
    found = list(_titles(reading, topic, errors))
    pages = [place for place, button in found if not button]
    yield from pages or (place for place, _ in found)


def _titles(
    reading: Reading, topic: str | None, errors: list[tuple[int, int]]
) -> Iterator[tuple[FactPlace, bool]]:
    """What is named, and whether it is a button."""
    for place in _chains(reading):
        yield place, False
    if topic == "panel":
        yield from ((place, False) for place in _pages_opened(reading))
        marks = reading.marks.get("panel.door", ())
        yield from (
            (FactPlace("panel_page", *reading.slice(one.first, one.last)), True) for one in marks
        )
    wrong = {at for first, last in errors for at in range(first, last)}
    of_panel = topic == "panel" or bool(reading.marks.get("cue.panel"))
    for first, last in reading.quotes:
        if first in wrong:
            continue
        entered = topic == "panel" and last - first < 5 and _is_entered(reading, first - 2)
        named = of_panel and last - first < 7 and _is_after_section(reading, first - 1)
        if entered or named:
            yield (
                FactPlace("panel_page", *reading.slice(first, last)),
                _is_button(reading, first - 2),
            )
    for at, token in enumerate(reading.tokens):
        if topic == "panel" and _is_section(reading, at):
            first, last = at + 1, title_end(reading, at + 1)
            if last == first and token.fold in ("page", "section", "tab", "screen"):
                first, last = _title_before(reading, at), at
            if last > first and token.kind == "word":
                place = FactPlace("panel_page", *reading.slice(first, last))
                yield place, _is_button(reading, at)


def _is_entered(reading: Reading, at: int) -> bool:
    """Whether a word for opening stands before a quotation, or one for being in it."""
    word = reading.words[at] if at >= 0 else ""
    return word in _PLACES or word.startswith(_OPENS)


_OPENS = ("открыв", "відкрив", "open", "заходжу", "захожу")
_PLACES = ("в", "у", "на", "in", "on", "under", "into", "во")


def _title_before(reading: Reading, at: int) -> int:
    """Where a title begins that ends before the word for it: `the Cron jobs screen`."""
    for first in range(at - 1, max(-1, at - 1 - LONGEST_TITLE), -1):
        if reading.tokens[first].kind != "word" or reading.words[first] in _TITLE_STOPS:
            return at
        before = reading.words[first - 1] if first else ""
        big = reading.text[reading.tokens[first].start].isupper()
        if big and before in _ARTICLES:
            return first
    return at


LONGEST_TITLE = 4
_ARTICLES = ("the", "my", "our", "your", "in", "on", "under", "at")


def _pages_opened(reading: Reading) -> Iterator[FactPlace]:
    """`Захожу в Файловый менеджер`, `I open DNS zone`: a title behind a word for opening."""
    for mark in reading.marks.get("panel.opening", ()):
        first = mark.last
        while first < len(reading.tokens) and reading.words[first] in _ON_THE_WAY:
            first += 1
        last = title_end(reading, first)
        if last > first and reading.sentences[last - 1] == reading.sentences[mark.first]:
            yield FactPlace("panel_page", *reading.slice(first, last))


_ON_THE_WAY = frozenset(
    "в у на в во до к the my our to into in on панель панелі панели кабінет кабінеті кабинет"
    " кабинете меню".split()
)


def _is_button(reading: Reading, at: int) -> bool:
    return at >= 0 and reading.words[at].startswith(("кноп", "button"))


def _chains(reading: Reading) -> Iterator[FactPlace]:
    """`Domains → DNS zone`: titles with arrows between."""
    at = 0
    while at < len(reading.tokens):
        if reading.tokens[at].fold not in ("→", ">", "»") or at == 0 or not _is_arrow(reading, at):
            at += 1
            continue
        first = at
        while (
            first > 0
            and at - first < 4
            and reading.tokens[first - 1].kind != "line"
            and reading.tokens[first - 1].fold not in ',.:;«"('
        ):
            first -= 1
            raw = reading.text[reading.tokens[first].start]
            if raw.isupper() and (first == 0 or reading.tokens[first - 1].fold != "/"):
                break
        last = at
        while last < len(reading.tokens) and (
            _is_arrow(reading, last) or reading.tokens[last].fold in ("→", "/")
        ):
            last = title_end(reading, last + 1)
        if last > at + 1 and first < at:
            yield FactPlace("panel_page", *reading.slice(first, last))
        at = max(last, at + 1)


def _is_arrow(reading: Reading, at: int) -> bool:
    token = reading.tokens[at]
    return token.fold in ("→", ">") and reading.text[token.start - 1 : token.start] == " "


def _is_section(reading: Reading, at: int) -> bool:
    return reading.has("cue.section", at) and len(reading.words[at]) > 2


def _is_after_section(reading: Reading, at: int) -> bool:
    place = at - 1
    return place >= 0 and any(
        _is_section(reading, one) for one in range(max(0, place - 1), place + 1)
    )


def title_end(reading: Reading, at: int) -> int:
    """Where a title ends that begins at a token: a big letter, then words up to a verb or sign."""
    if at >= len(reading.tokens) or reading.tokens[at].kind not in ("word", "name", "code"):
        return at
    big = reading.text[reading.tokens[at].start]
    if big.islower() or not big.isalpha():
        return at
    first = at
    at += 1
    while at < len(reading.tokens) and at - first < 4:
        token = reading.tokens[at]
        glued = token.fold in "/-" and token.kind == "sign"
        if token.kind not in ("word", "name", "code") and not glued:
            break
        if token.fold in _TITLE_STOPS or reading.has("fault", at) or reading.has("error", at):
            break
        at += 1
    return at


_TITLE_STOPS = word_set("names.title_stops")


def titled_sections(reading: Reading) -> list[tuple[int, int]]:
    """Titles behind the word for a section, as tokens: `In the menu Domains`, `розділ Пошта`."""
    found = list[tuple[int, int]]()
    for at, token in enumerate(reading.tokens):
        if token.kind == "word" and _is_section(reading, at):
            last = title_end(reading, at + 1)
            if last > at + 1:
                found.append((at + 1, last))
    return found
