"""What is wished that support does not deal with: the policy's clauses and their verdicts.

A wish is a verb that is asked for (`wishes`) and a thing near it; which clause excludes it says
the table below, whatever the language.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from firstline.coach.model import ScopeNote
from firstline.coach.reading.reading import Reading
from firstline.coach.stems import NONE, LearntWeights
from firstline.coach.wishes import Wish
from firstline.policy import Policy, Situation
from firstline.policy.page.telling import price_words
from firstline.policy.rules.scope import Scope, scope

# The clause that is meant where words fit several: the narrower one.
_ORDER = (
    "not.strangers",
    "not.teaching",
    "not.pc",
    "not.custom",
    "not.code",
    "not.scripts",
    "not.self-service",
)
_SERVER: dict[str, str] = dict.fromkeys(("module", "addon", "limit", "port"), "not.custom")
_PANEL: dict[str, str] = dict.fromkeys(("panel", "backup", "password", "php"), "not.self-service")
_CODE: dict[str, str] = dict.fromkeys(("code", "rows"), "not.code")
_CLAUSES: dict[str, dict[str, str]] = {
    "install": {
        **_SERVER,
        **_PANEL,
        "cms": "not.scripts",
        "pc": "not.pc",
        "certificate": "not.self-service",
    },
    "mend": {"code": "not.code", "language": "not.code", "pc": "not.pc"},
    "speed": {"code": "not.code", "site": "not.code"},
    "change": {**_SERVER, **_CODE, **_PANEL, "cms": "not.code"},
    "add": {**_SERVER, **_PANEL, "code": "not.code", "certificate": "not.self-service"},
    "configure": {**_SERVER, **_PANEL, "certificate": "not.self-service", "pc": "not.pc"},
    "create": {**_PANEL, "code": "not.code", "certificate": "not.self-service"},
    "delete": {
        "panel": "not.self-service",
        **_CODE,
        "backup": "not.self-service",
        "limit": "not.custom",
    },
    "restore": {"backup": "not.self-service", "panel": "not.self-service"},
    "enable": {**_SERVER, **_PANEL, "cms": "not.scripts", "certificate": "not.self-service"},
    "point": dict.fromkeys(("domain", "host"), "not.self-service"),
    "give": {"module": "not.custom", "limit": "not.custom"},
    "write": {"code": "not.code", "site": "not.code"},
    "explain": {"craft": "not.teaching"},
    "guide": {"pc": "not.pc"},
    "need": _SERVER,
    "connect": {"pc": "not.pc"},
    "check": {"pc": "not.pc"},
}
_LABELS = (
    *(
        f"thing.{one}"
        for one in "cms code site rows panel backup certificate password php addon module limit"
        " port pc craft language mistake work domain".split()
    ),
    "scope.new",
)
SURE = 0.5  # how likely a clause must be that no rule found
BEFORE, BEHIND = 8, 16  # tokens in which a thing is sought from its verb


def wished_code(reading: Reading, wishes: list[Wish], learnt: LearntWeights) -> str | None:
    """The code of the scope that the words of a wish fit, else the one that messages like this
    had where something is wished.
    """
    code = next(_codes(reading, wishes), None)
    if code is None and not asks_to_move(wishes) and (wishes or reading.marks.get("wish")):
        likely, share = learnt.clause()
        code = likely if likely != NONE and share > SURE else None
    return None if code == "not.strangers" and _is_of_client(reading) else code


def _is_of_client(reading: Reading) -> bool:
    """Whether whoever writes is a client, whatever their words are taken for."""
    return reading.message.is_client or bool(reading.message.services)


def _codes(reading: Reading, wishes: list[Wish]) -> Iterator[str]:
    """The clauses that are met, the first wish first."""
    strange = reading.marks.get("scope.not.strangers") and not _is_of_client(reading)
    if strange and not _moves(reading, wishes):
        yield "not.strangers"
    fetched = {one.first for one in wishes if one.verb == "migrate"}  # which changes nothing
    for wish in wishes:
        if wish.first in fetched or reading.in_sentence("scope.of_docs", wish.first):
            continue  # who asks for instructions does it alone
        things = _things(reading, wish, wishes)
        if wish.verb == "check" and _asks_where(reading, wish):
            things.add("where")
        if "cms" in things:
            things.discard("addon")  # a module of what runs on the site, not of the server
        if wish.verb == "want" or _is_for_cms(reading, wish):
            yield "not.scripts"
        yield from sorted(_excluded(wish, things), key=_ORDER.index)
    if _is_ill(reading) or _is_far_from_pc(reading):
        yield "not.pc"


def _excluded(wish: Wish, things: set[str]) -> Iterator[str]:
    if wish.verb == "teach":
        yield "not.teaching"
    if (wish.verb == "find" or "where" in things) and things >= {"mistake", "work"}:
        yield "not.teaching"
    if wish.verb == "need" and things >= {"new", "panel"}:
        yield "not.self-service"
    if wish.verb == "create" and "site" in things and things.isdisjoint(_KEPT_IN_PANEL):
        yield "not.code"
    yield from (code for thing, code in _CLAUSES.get(wish.verb, {}).items() if thing in things)


_KEPT_IN_PANEL = frozenset(("host", "panel", "backup", "certificate", "password", "php"))


def _is_for_cms(reading: Reading, wish: Wish) -> bool:
    """`I need WordPress`, `make me a Joomla`: the script itself, and nothing of it."""
    if wish.verb not in ("need", "create"):
        return False
    at = wish.last
    if at < len(reading.words) and reading.words[at] in _BETWEEN:
        at += 2 if reading.words[at : at + 2] == ["сайт", "на"] else 1
    if at >= len(reading.words) or not reading.has("thing.cms", at):
        return False
    behind = reading.words[at + 1 : at + 2]
    return not behind or behind[0] in _ON or not behind[0][0].isalnum()


_BETWEEN = frozenset("a the me us мені мне нам сайт".split())
_ON = frozenset("on to for in and pls plz please на для до і и та у в будь пожалуйста".split())


def _is_ill(reading: Reading) -> bool:
    """Whether a computer or what hangs on it is at fault, and no service is named beside it."""
    services = any(reading.marks.get(f"topic.{one}") for one in ("ftp", "ssh", "mysql"))
    if reading.marks.get("scope.ill"):
        return not services
    return bool(
        reading.marks.get("thing.pc") and reading.marks.get("fault") and not _names_service(reading)
    )


def _names_service(reading: Reading) -> bool:
    """Whether any word or address tells of what a host sells."""
    if any(token.kind in ("host", "url", "email", "ip") for token in reading.tokens):
        return True
    return any(
        label.startswith("topic.") and label != "topic.other" and marks
        for label, marks in reading.marks.items()
    )


def _is_far_from_pc(reading: Reading) -> bool:
    """Whether somebody is to come, or to look from afar, at a computer or telephone."""
    return bool(reading.marks.get("scope.remote") and reading.marks.get("thing.pc"))


def _moves(reading: Reading, wishes: list[Wish]) -> bool:
    """Whether somebody of another company wants to become a client."""
    moves = reading.marks.get("act.own") and reading.marks.get("scope.to_you")
    moves = moves or reading.marks.get("scope.moves") or asks_to_move(wishes)
    return bool(moves) and not reading.marks.get("scope.stays")


def asks_to_move(wishes: list[Wish]) -> bool:
    """Whether a site is to be fetched from elsewhere."""
    return any(one.verb == "migrate" for one in wishes)


def _things(reading: Reading, wish: Wish, wishes: list[Wish]) -> set[str]:
    """The things of a wish: in its sentence, behind the wish before it and before the next; those
    of the next where it has none of its own (`look at and fix my form`).
    """
    word, last = reading.words[wish.first], wish.last + BEHIND
    starts = [one.last for one in wishes if one.last <= wish.first]
    first = (
        wish.first
        if wish.form == "noun" and not word.isascii()
        else max([wish.first - BEFORE, *starts])
    )
    after = next((one.first for one in wishes if one.first >= wish.last), last)
    near = set(_things_between(reading, wish, first, min(after, last)))
    return near or set(_things_between(reading, wish, first, last))


def _things_between(reading: Reading, wish: Wish, first: int, last: int) -> Iterator[str]:
    number = reading.sentences[wish.first]
    for label in _LABELS:
        if any(
            first <= mark.first < last and reading.sentences[mark.first] == number
            for mark in reading.marks.get(label, ())
        ):
            yield label.partition(".")[2]
    for at in range(max(first, 0), min(last, len(reading.tokens))):
        if reading.sentences[at] == number:
            token = reading.tokens[at]
            yield from {"host": ["host"], "ip": ["host"]}.get(token.kind, [])
            if token.kind == "path" and token.fold.endswith(_SOURCES):
                yield "code"


_SOURCES = (".php", ".css", ".js", ".html", ".htm", ".py", ".tpl", ".twig", ".ts", ".scss")


def _asks_where(reading: Reading, wish: Wish) -> bool:
    behind = reading.words[wish.last : wish.last + BEHIND]
    return not {"where", "де", "где", "whether"}.isdisjoint(behind)


def scope_note(
    policy: Policy, code: str | None, plan: str | None, reader: str, received: datetime | None
) -> ScopeNote | None:
    """The policy's verdict on a code, None where support deals with it or does not know it."""
    if code is None:
        return None
    verdict = scope(policy, Situation(code=code, plan=plan, reader=reader, received=received))
    if not isinstance(verdict, Scope) or verdict.verdict not in ("out", "later", "paid"):
        return None
    price = price_words(policy, verdict.price, reader) if verdict.price else None
    link = policy.source.scope.links.get(code)
    return ScopeNote(code, verdict.verdict, verdict.way_out, link, price)
