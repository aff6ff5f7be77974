"""How alike two messages are: pure.

What is compared are the words that carry something: not greetings and little words, in whatever
form they stand. Names (hosts, pages, addresses, codes, numbers) are matched as they stand, and two
messages that each name what the other does not are about two things.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from firstline.kit.folding import fold, fold_text

MOST_CHARACTERS, MOST_WORDS = 6_000, 300
# Two in three words would take "install WordPress" and "install Joomla" on one site for the same.
ALIKE = 0.75
HALF = 0.5
SHORTEST_STEM = 4

_TOKEN = re.compile(r"[^\s<>\"“”«»()\[\]{}]+")
_EDGE = re.compile(r"^[^\w/]+|[^\w/]+$")
_SCHEME = re.compile(r"^https?://(?:www\.)?|^www\.")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?|\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?|\d{4}-\d\d-\d\d")
_NAME = re.compile(r"[\d@_\\]|[a-z][./][a-z]|/[a-z]")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+")
_JOINED = re.compile(r"[^\w]+")

_LITTLE = """
a an and are as at be been but by can could do does for from has have hello help hi i if in is it
its just me my need of on or our please so still thank thanks that the there this to us want was
we what when which will with would you your again dear good morning evening day а але бо був була
було були в вас вам вже ви від він вона воно вони да де для до доброго добрий добридень вітаю день
дня дякую є ж же за з зі із й і їх його її коли мене мені мій моє моя мої можете на нам нас наш
нашому ми о он об от по при привіт про прошу просимо будь ласка потрібно треба хочу сьогодні ранку
вечір та так також те то ти у це цей ця чи що щоб щось як який яка яке які знову ещё еще был была
было были вы где добрый доброе здравствуйте утро вечер если есть и из или их к как какой когда мне
меня мой моё мое мои мы нужно надо но она они опять пожалуйста помогите привет с со снова спасибо
также там тоже ты уже что чтобы это этот эта я допоможіть допомогти помочь
"""
LITTLE_WORDS = frozenset(fold(word) for word in _LITTLE.split())


@dataclass(frozen=True, slots=True)
class Gist:
    """What a message says: its words, and the names in it."""

    words: frozenset[str]
    names: frozenset[str]


@lru_cache(500)
def gist(text: str) -> Gist:
    """The gist of a message, as far as `MOST_CHARACTERS`."""
    words, names = set[str](), set[str]()
    for found in _TOKEN.findall(text[:MOST_CHARACTERS].replace("\0", ""))[:MOST_WORDS]:
        token = _SCHEME.sub("", _EDGE.sub("", fold_text(found)))
        if not token or _CLOCK.fullmatch(token):
            continue
        if _NAME.search(token):
            names.add(token.rstrip("/"))
        else:
            words.update(word for word in map(fold, _JOINED.split(token)) if _tells(word))
    return Gist(frozenset(words), frozenset(names))


def _tells(word: str) -> bool:
    return len(word) > 1 and word not in LITTLE_WORDS


def likeness(one: Gist, other: Gist) -> float:
    """From 0, nothing in common, to 1, the same; 0 as well where they name different things."""
    if one.names - other.names and other.names - one.names:
        return 0.0
    sizes = len(one.words) + len(one.names) + len(other.words) + len(other.names)
    shared = len(one.names & other.names) + _shared_words(one.words, other.words)
    return 2 * shared / sizes if sizes else 0.0


def named_alike(one: Gist, other: Gist) -> bool:
    """Whether both name one mailbox, page, code or document, and no other of its kind against it,
    in whatever words and language; a host, about which much is asked, in words that can be compared
    and are half the same, or that cannot.
    """
    mine, theirs = (map(_kind, a.names - b.names) for a, b in ((one, other), (other, one)))
    shared = one.names & other.names
    if not shared or not set(mine).isdisjoint(theirs):
        return False
    own = any(not _HOST.fullmatch(name) for name in shared)
    return own or likeness(one, other) >= HALF or _is_latin(one) != _is_latin(other)


def _is_latin(meant: Gist) -> bool:
    return all(word.isascii() for word in meant.words)


def _kind(name: str) -> str:
    """What a name is of: a mailbox, a place (host or page), or else a code, number or document."""
    if "@" in name:
        return "mailbox"
    return "place" if _HOST.fullmatch(name.partition("/")[0]) else "code"


def _shared_words(one: frozenset[str], other: frozenset[str]) -> int:
    """How many words have a fellow, each a fellow of its own, in one form or another."""
    left = sorted(other - one)
    shared = len(one & other)
    for word in sorted(one - other):
        fellow = next((place for place, two in enumerate(left) if _same_word(word, two)), None)
        if fellow is not None:
            del left[fellow]
            shared += 1
    return shared


def _same_word(one: str, other: str) -> bool:
    """One word in two forms, or with a letter wrong."""
    short, long = sorted((one, other), key=len)
    if len(short) < SHORTEST_STEM:
        return False
    common = next(
        (place for place, pair in enumerate(zip(short, long, strict=False)) if pair[0] != pair[1]),
        len(short),
    )
    if common >= max(SHORTEST_STEM, len(long) * 0.6) or common == len(short):
        return True
    return len(short) > SHORTEST_STEM and _has_slip(short[common:], long[common:])


def _has_slip(short: str, long: str) -> bool:
    """Whether the rests differ by one letter: another, one too many, or two that changed places."""
    if len(short) == len(long):
        return short[1:] == long[1:] or (short[:2] == long[1::-1] and short[2:] == long[2:])
    return short == long[1:]
