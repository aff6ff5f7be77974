"""What is personal in people's words, taken out of them: an article is read by everybody.

Each piece becomes a placeholder of its kind, the same piece the same one, so that the text can
still be followed; every replacement is told, for whoever publishes has to look. Pure.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from firstline.upkeep.recognising import PersonalKind, recognise

MASK = "••••••••"
SHORTEST = 3
LETTERS = r"[^\W\d_]"
CAPITAL = "[A-ZА-ЯЁІЇЄҐ]"
_TOP = rf"(?:{LETTERS}{{2,24}}|xn--[a-z0-9-]{{2,58}})"
# Names of files end like hosts; these are no such, nor what many articles name.
_FILES = frozenset(
    "php html htm js css log txt conf cnf ini sql zip gz tar png jpg jpeg gif svg pdf json xml yml "
    "yaml py sh pl cgi htaccess csv doc docx xls xlsx eml pem key crt csr bak md".split()
)
_SECRET = re.compile(re.escape(MASK) + r"|\*{5,}|•{3,}")
_EMAIL = re.compile(rf"(?i)[\w.+%&'-]{{1,64}}@(?:[\w-]{{1,63}}\.)+{_TOP}(?![\w-])")
_HOST = re.compile(rf"(?i)(?<![\w@./\\-])((?:[\w-]{{1,63}}\.)+({_TOP}))(?![\w@-])(?!\.\w)")
_IN_URL = re.compile(
    r"(?i)\b(?P<scheme>[a-z][a-z0-9+.-]{1,10}://)(?:[^\s/@]+@)?(?P<host>[^\s/:?#<>\"']+)"
)
_IP4 = re.compile(
    r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.]*\d)"
)
_IP6 = re.compile(
    r"(?i)(?<![\w:])(?=[0-9a-f:]*[0-9a-f])(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4})+(?![\w:])"
)
_PHONE = re.compile(
    r"(?<![\w.:/-])(?:\+\d|\(0?\d{2,4}\)|0\d{2})[\d ()\u00a0-]{6,16}\d(?![\w.:]*\d)"
)
_PATH = re.compile(
    r"(?i)(/(?:home\d?|var/www(?:/vhosts)?|usr/home|users|srv/www|www/users|data/www|vhosts)/|[a-z]:\\users\\)"
    r"(?!html\b|www\b|data\b)([\w.@-]{1,64})"
)
_NUMBER = re.compile(
    r"(?:#|№|\bno\.? ?)\s?\d[\d/-]{2,}|(?<![\w.,:/-])\d{6,}(?![\w.,:]*\d)"
    r"|\b[A-Z]{2,5}-\d[\d-]{3,}\b"
)
_GREETING = re.compile(
    rf"(?im)^[ \t>]*(?:hello|hi|dear|good (?:morning|day|evening)|добрий день|доброго дня"
    rf"|добрый день|вітаю|привіт|привет|здравствуйте|добридень|шановн{LETTERS}{{1,3}}"
    rf"|уважаем{LETTERS}{{1,3}}),?[ \t]+"
    rf"(?P<name>(?-i:{CAPITAL})[\w'’-]+(?:[ \t]{LETTERS}[\w'’-]+){{0,2}})[ \t]*[,!.]"
)
_FAREWELL = re.compile(
    rf"(?im)^[ \t>]*(?:(?:best|kind|warm)? ?regards|yours(?: sincerely)?|sincerely|з повагою"
    rf"|с уважением)[,.!]?\s+"
    rf"(?P<name>(?-i:{CAPITAL})[\w'’.-]*(?:[ \t]{LETTERS}[\w'’.-]*){{0,3}})[ \t]*$"
)


@dataclass(frozen=True, slots=True)
class Personal:
    """What is known of whose request it is.

    `names` are of people and of the client, `words` further facts as they stand in the texts, by
    kind; `ours` are hosts that stay, with everything below them.
    """

    names: tuple[str, ...] = ()
    words: Mapping[str, PersonalKind] = field(default_factory=dict[str, PersonalKind])
    ours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replacement:
    """What stood in the words, and what stands there now; how often."""

    kind: PersonalKind
    original: str
    placeholder: str
    count: int


class PersonalSpan(NamedTuple):
    """Where something personal stands, and what of it is the same elsewhere."""

    start: int
    stop: int
    kind: PersonalKind
    same: str


class Clearing:
    """Texts of one request, cleared one after the other with the same placeholders."""

    def __init__(self, personal: Personal, labels: Mapping[PersonalKind, str]) -> None:
        """`labels` name in the reader's language what no example can stand for."""
        self._personal, self._labels = personal, labels
        self._placeholders: dict[tuple[PersonalKind, str], str] = {}
        self._originals: dict[tuple[PersonalKind, str], str] = {}
        self._counts: dict[tuple[PersonalKind, str], int] = {}

    def clear(self, text: str) -> str:
        """The text with placeholders in place of what is personal."""
        parts: list[str] = []
        end = 0
        for start, stop, kind, same in _apart(self._pieces(text)):
            parts += [text[end:start], self._placeholder(kind, same, text[start:stop])]
            end = stop
        return "".join([*parts, text[end:]])

    @property
    def replacements(self) -> list[Replacement]:
        """Each piece that was replaced, in order of its first place."""
        return [
            Replacement(key[0], self._originals[key], placeholder, self._counts[key])
            for key, placeholder in self._placeholders.items()
        ]

    def _placeholder(self, kind: PersonalKind, same: str, original: str) -> str:
        key = kind, same.casefold()
        self._counts[key] = self._counts.get(key, 0) + 1
        self._originals.setdefault(key, original)
        if key not in self._placeholders:
            number = sum(known == kind for known, _ in self._placeholders)
            self._placeholders[key] = _example(kind, number, self._labels)
        return self._placeholders[key]

    def _pieces(self, text: str) -> Iterator[PersonalSpan]:
        for kind, pattern in _SIMPLE:
            yield from (_span(match, kind) for match in pattern.finditer(text))
        for start, stop, kind in recognise(text):
            yield PersonalSpan(start, stop, kind, text[start:stop])
        yield from self._hosts(text)
        yield from (_span(match, "account", 2) for match in _PATH.finditer(text))
        yield from self._names_and_words(text)
        for pattern in (_GREETING, _FAREWELL):
            yield from (_span(match, "person", "name") for match in pattern.finditer(text))

    def _hosts(self, text: str) -> Iterator[PersonalSpan]:
        for match in _IN_URL.finditer(text):
            # With whoever stands before the host: ftp://acme@host.
            if not self._is_ours(match["host"]) and "." in match["host"]:
                same = _bare(match["host"])
                yield PersonalSpan(match.end("scheme"), match.end("host"), "host", same)
        for match in _HOST.finditer(text):
            is_file = match[2].lower() in _FILES
            if not is_file and not self._is_ours(match[1]):
                yield PersonalSpan(*match.span(1), "host", _bare(match[1]))

    def _is_ours(self, host: str) -> bool:
        bare = host.lower().rstrip(".")
        return any(bare == own or bare.endswith(f".{own}") for own in self._personal.ours if own)

    def _names_and_words(self, text: str) -> Iterator[PersonalSpan]:
        for word, kind in self._personal.words.items():
            if len(word) >= SHORTEST:
                pattern = re.compile(rf"(?i)(?<!\w){re.escape(word)}(?!\w)")
                yield from (PersonalSpan(*m.span(), kind, word) for m in pattern.finditer(text))
        for name in self._personal.names:
            pattern = _name_pattern(name)
            yield from (PersonalSpan(*m.span(), "person", name) for m in pattern.finditer(text))


def account_names(text: str) -> list[str]:
    """Names of accounts in paths: they may stand alone elsewhere."""
    return [match[2] for match in _PATH.finditer(text)]


def _span(match: re.Match[str], kind: PersonalKind, group: int | str = 0) -> PersonalSpan:
    return PersonalSpan(*match.span(group), kind, match[group])


_SIMPLE: tuple[tuple[PersonalKind, re.Pattern[str]], ...] = (
    ("secret", _SECRET),
    ("email", _EMAIL),
    ("ip", _IP4),
    ("ip", _IP6),
    ("phone", _PHONE),
    ("number", _NUMBER),
)
# Of pieces that overlap the one that begins first, then the longest, stands for the others.
_EXAMPLES: Mapping[PersonalKind, Callable[[int], str]] = {
    "email": lambda n: f"name{n or ''}@example.com",
    "host": lambda n: (
        ("example.com", "example.org", "example.net")[n] if n < 3 else f"site{n}.example"
    ),
    "ip": lambda n: f"192.0.2.{n + 1}",
    "phone": lambda n: f"+00 000 000 00 {n:02}",
    "account": lambda n: f"account{n or ''}",
}


def _example(kind: PersonalKind, number: int, labels: Mapping[PersonalKind, str]) -> str:
    """Addresses that belong to nobody (RFC 2606, RFC 5737), else a word in brackets."""
    if kind in _EXAMPLES:
        return _EXAMPLES[kind](number)
    return f"[{labels[kind]}{f' {number + 1}' if number else ''}]"


def _apart(pieces: Iterable[PersonalSpan]) -> Iterator[PersonalSpan]:
    """Pieces in order; one that begins inside of another goes with it, so that no end is left."""
    last: PersonalSpan | None = None
    for piece in sorted(pieces, key=lambda one: (one.start, -one.stop)):
        if last and piece.start < last.stop:
            last = last._replace(stop=max(last.stop, piece.stop))
        elif piece.stop > piece.start:
            if last:
                yield last
            last = piece
    if last:
        yield last


def _bare(host: str) -> str:
    return host.lower().rstrip(".").removeprefix("www.")


def _name_pattern(name: str) -> re.Pattern[str]:
    """A name in any of its cases: Віра, Віри, Вірою; a short one as it stands."""
    word = name.strip()
    if len(word) < 3:
        return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    stem = word[:-1] if len(word) > 3 and word[-1].casefold() in "аяйьоеиіыюa" else word
    ending = "" if word.isascii() and stem == word else rf"{LETTERS}{{0,3}}"
    stems = "|".join(dict.fromkeys(re.escape(one) for one in (stem, *_other_stems(word, stem))))
    return re.compile(rf"(?i)(?<!\w)(?:{stems}){ending}(?:['’]s)?(?!\w)")


def _other_stems(word: str, stem: str) -> Iterator[str]:
    """Stems that a name has in its other cases: Павла of Павел, Ользі of Ольга, Петра of Пётр."""
    if word.isascii():
        return
    if len(stem) > 4 and stem == word and stem[-2].casefold() in "еоєё":
        yield stem[:-2] + stem[-1]
    if len(stem) > 3 and stem != word and (soft := _SOFTENED.get(stem[-1])):
        yield stem[:-1] + soft
    if "ё" in stem:
        yield stem.replace("ё", "е")


_SOFTENED = {"г": "з", "к": "ц", "х": "с"}
