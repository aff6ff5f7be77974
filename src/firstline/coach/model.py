"""What the coach is asked and what it answers. Pure, standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Fact = Literal[
    "page",
    "exact_error",
    "since_when",
    "database",
    "account",
    "mailbox",
    "domain",
    "panel_page",
    "document",
    "host",
    "ip",
    "what_changed",
    "how_to_reproduce",
    "other_party",
]
FACTS: tuple[Fact, ...] = get_args(Fact)
CoachLanguage = Literal["en", "uk", "ru"]
LANGUAGES: tuple[CoachLanguage, ...] = get_args(CoachLanguage)


def coach_language(name: str | None) -> CoachLanguage | None:
    """The language of this name, None where the coach does not speak it."""
    return dict[str | None, CoachLanguage](zip(LANGUAGES, LANGUAGES, strict=True)).get(name)


@dataclass(frozen=True, slots=True)
class FirstMessage:
    """A first message: `language` and `topic` where they are known already, `services` the names of
    what the client has, `own_hosts` those of the company, which are no fact about a fault; `reader`
    is the language of who gets the answer, where the words tell none; `is_client`: signed in;
    `received` is when it is written, where what support does depends on the hour.
    """

    text: str
    language: str | None = None
    topic: str | None = None
    services: tuple[str, ...] = ()
    own_hosts: tuple[str, ...] = ()
    reader: str | None = None
    is_client: bool = False
    received: datetime | None = None


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A fact as the words of the message stand: `text[start:end] == value`, in code points."""

    fact: Fact
    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class AskedFact:
    """A fact that is missing: the question for it and an example, one line each."""

    fact: str
    ask: str
    example: str


@dataclass(frozen=True, slots=True)
class ScopeNote:
    """A clause that support does not deal with what is wished, or not now or not for nothing: the
    way out in words and its address (`link`), the price in words where it is sold.
    """

    clause: str
    verdict: Literal["out", "later", "paid"]
    way_out: str | None
    link: str | None = None
    price: str | None = None


@dataclass(frozen=True, slots=True)
class CoachAdvice:
    """What the coach has read in a message, and what would make it a good request (clause
    request.good); `matters` counts what is asked for separately; `leads` are slugs of articles for
    what is asked so often, those before and those behind what a search finds.
    """

    topic: str | None
    language: CoachLanguage
    known: tuple[KnownFact, ...]
    missing: tuple[AskedFact, ...]
    scope: ScopeNote | None
    matters: int
    leads: tuple[tuple[str, ...], ...] = ((), ())
