"""The one line that is said to who is writing, chosen from what the coach has read. Pure.

In this order: the same asked already, what support does not deal with, several matters in one
message, what is missing, an article. What was answered or closed is not said again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from babel.dates import format_timedelta

from firstline.coach import AskedFact, FirstMessage, KnownFact, ScopeNote, ask_for
from firstline.coaching.answer import WIKI, ArticleLink, CoachAnswer
from firstline.coaching.writers import WriterFacts
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import ngettext
from firstline.policy import Policy
from firstline.policy.text.dates import babel_locale
from firstline.requests import Duplicate, field_label, refusal_in_short, refusal_of

LANGUAGES = ("en", "uk", "ru")
LONGEST_TITLE, LONGEST_VALUE = 60, 60
MOST_CHIPS = 8
LineKind = Literal["duplicate", "scope", "matters", "missing", "article"]
MATTERS = "matters"  # the name of the line that says there are several
Pieces = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class CoachLine:
    """What is said: its name, by which it is told apart, one or two sentences, an example,
    an article that helps or the address of another way out (`link`); `clause` is what of the
    regulations is meant, `request` the one in which the same was asked; `pieces` are where the
    several matters stand in the words, in code points.
    """

    name: str
    kind: LineKind
    words: str
    example: str = ""
    clause: str = ""
    article: ArticleLink | None = None
    link: str = ""
    request: int = 0
    pieces: Pieces = ()


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that was understood: what it is called, and the words as they stand."""

    label: str
    value: str


def duplicate_line(same: Duplicate, lang: str, now: datetime) -> CoachLine:
    """That an open request asks the same, which the words may be added to."""
    ago = format_timedelta(same.at - now, add_direction=True, locale=babel_locale(lang))
    said = _("You asked this %(ago)s in request %(no)s: “%(title)s”.")
    words = said % {"ago": ago, "no": same.no, "title": _cut(same.title, LONGEST_TITLE)}
    return CoachLine(f"duplicate/{same.no}", "duplicate", words, request=same.no)


def lines_of(
    policy: Policy,
    writer: WriterFacts,
    found: CoachAnswer,
    lang: str,
    now: datetime,
    pieces: Pieces = (),
    instead: ArticleLink | None = None,
) -> Iterator[CoachLine]:
    """What might be said of the words alone, in order, in the language of the page; `instead` is
    the article that helps where support does not.
    """
    if found.scope is not None:
        refused = _scope_line(policy, writer, found.scope, lang, now, instead)
        if refused is not None:
            yield refused
    if pieces:
        yield _matters_line(pieces)
    yield from missing_lines(writer, found.topic, found.missing, lang)
    for one in found.articles:
        words = _("The answer may already be here:")
        yield CoachLine(f"article/{one.slug}", "article", words, article=one)


def missing_lines(
    writer: WriterFacts, topic: str | None, missing: Sequence[AskedFact], lang: str
) -> Iterator[CoachLine]:
    """The questions for what is missing, each with an example of the client's own."""
    message = FirstMessage("", lang, topic, writer.names)
    for lack in missing:
        asks = ask_for(lack.fact, lang if lang in LANGUAGES else "en", message)
        yield CoachLine(f"missing/{lack.fact}", "missing", asks.ask, asks.example)


def _matters_line(pieces: Pieces) -> CoachLine:
    """That each matter is answered sooner in a request of its own."""
    words = ngettext(
        "This looks like %(num)d matter.",
        "These look like %(num)d matters: one request for each is answered sooner.",
        len(pieces),
    ) % {"num": len(pieces)}
    return CoachLine(MATTERS, "matters", words, pieces=pieces)


def _scope_line(
    policy: Policy,
    writer: WriterFacts,
    note: ScopeNote,
    lang: str,
    now: datetime,
    instead: ArticleLink | None,
) -> CoachLine | None:
    """That it is not done, when or for what it is, and the way out (clauses duty.*, not.*)."""
    refusal = refusal_of(policy, note.clause, writer.plan or "", lang, now)
    if refusal is None:
        return None
    name, words = f"scope/{note.clause}", refusal_in_short(refusal)
    link = "" if instead or refusal.link.startswith(f"{WIKI}/") else refusal.link
    return CoachLine(name, "scope", words, clause=refusal.anchor, article=instead, link=link)


def chips(known: Sequence[KnownFact], lang: str) -> list[Chip]:
    """What was understood, in the order in which it stands; of long words the beginning, of several
    that share their words the longest."""
    apart = [one for one in known if not any(_is_inside(one, other) for other in known)]
    return [
        Chip(field_label(one.fact, lang), _cut(" ".join(one.value.split())))
        for one in apart[:MOST_CHIPS]
    ]


def _is_inside(one: KnownFact, other: KnownFact) -> bool:
    """Whether a fact stands within another of its kind, or says a part of it again."""
    return one.fact == other.fact and one.value != other.value and one.value in other.value


def _cut(value: str, longest: int = LONGEST_VALUE) -> str:
    return value if len(value) <= longest else f"{value[: longest - 1]}…"
