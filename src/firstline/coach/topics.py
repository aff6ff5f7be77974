"""What a message is about: topics weighed by their words, and by what errors and addresses tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from firstline.coach.facts.addresses import Owners
from firstline.coach.facts.extents import has_enhanced_code
from firstline.coach.facts.panel import titled_sections
from firstline.coach.facts.replies import MYSQL
from firstline.coach.reading.reading import Reading
from firstline.coach.reading.shapes import host_of
from firstline.coach.weighing import LATER, WordWeights
from firstline.coach.words import sections_of, word_set

LEAST = 1.5
CERTAIN = 2.5  # a learnt weight that leaves little doubt
NO_SERVICE = 3.5  # what a matter weighs for `other` where no listed word tells a service
LEARNT = 1.5  # what a learnt weight counts beside the listed ones
_WISHED = {
    "not.pc": {"other": 5.0},
    "not.code": {"web": 1.5},
    "not.scripts": {"web": 1.5},
    "not.custom": {"web": 1.5},
    "not.teaching": {"web": 1.0},
}


def topic_of(
    reading: Reading, errors: list[tuple[int, int]], code: str | None, learnt: dict[str, float]
) -> str | None:
    """The topic of the first or main matter; None where no matter can be seen.

    What words were listed for, and what else is known of a topic, counts with what was learnt.
    """
    listed = scores_of(reading, errors, code)
    if max(listed.values(), default=0) < LEAST and not _is_matter(reading, learnt):
        return None
    of_service = max(listed.values(), default=0) >= LEAST
    scores = defaultdict[str, float](
        float, listed if of_service else {"other": NO_SERVICE} | listed
    )
    for topic, weight in learnt.items():
        scores[topic] += LEARNT * weight
    return max(scores, key=lambda topic: (scores[topic], topic))


def scores_of(
    reading: Reading, errors: list[tuple[int, int]], code: str | None
) -> dict[str, float]:
    """What a message weighs for each topic."""
    scores = defaultdict[str, float](float, _WISHED.get(code or "", {}))
    for topic, weight in (
        *WordWeights(reading).pairs(),
        *_errors(reading, errors),
        *_addresses(reading),
    ):
        scores[topic] += weight
    if reading.marks.get("verb.migrate"):
        scores["web"] += LEAST
    if reading.marks.get("lead.disk-is-full") and not scores.keys() & _KEEPS:
        scores["web"] += LEAST  # nothing else is named that could be full
    if scores["ssh"] > 4:
        scores["other"] -= _server_names(reading)  # a VPS that is reached by SSH
    return scores


_KEEPS = frozenset(("mail", "mysql", "ftp", "other"))


def _errors(reading: Reading, errors: list[tuple[int, int]]) -> Iterator[tuple[str, float]]:
    seen = set[str]()
    for place, (first, last) in enumerate(errors[:4]):
        start, end = reading.slice(first, last)
        text = reading.text[start:end].lower()
        if has_enhanced_code(reading, first, last):
            yield "mail", 8
            continue
        if text in MYSQL:
            yield "mysql", 6
            continue
        for topic, weight, piece in sections_of("evidence"):
            if piece in text:
                if topic not in seen:
                    yield topic, weight * LATER**place
                seen.add(topic)
                break


def _addresses(reading: Reading) -> Iterator[tuple[str, float]]:
    """What the first address of each kind tells, and the arrows of a way through the panel."""
    owners = Owners(reading)
    if any(_joins_titles(reading, at) for at in _arrows(reading)):
        yield "panel", 9
    if titles := titled_sections(reading):
        named = reading.words[titles[0][0] - 1]
        yield "panel", 1.5 if named.startswith(_ANY_PAGE) else 4
    if sum(word in _HEADS for word in _line_heads(reading)) > 1:
        yield "mail", 6
    if any(_is_behind_section(reading, first) for first, _ in reading.quotes):
        yield "panel", 2.5
    if any(one.kind == "host" and _is_name_server(host_of(one.fold)) for one in reading.tokens):
        yield "domain", 6
    seen = set[str]()
    for at, token in enumerate(reading.tokens):
        if token.kind not in seen:
            pairs = list(_address(reading, owners, at))
            seen |= {token.kind} if pairs else set()
            yield from pairs


def _address(reading: Reading, owners: Owners, at: int) -> Iterator[tuple[str, float]]:
    token = reading.tokens[at]
    if token.kind == "email" and not token.fold[-1].isdigit():
        yield "mail", 2.5
    elif token.kind == "email":
        yield "ssh", 2
    elif token.kind == "path" and token.fold.startswith("/") and _is_of_site(token.fold):
        yield "web", 0 if _is_markup(reading, at) else 2
    elif token.kind in ("url", "host"):
        yield from _host(reading, owners, at)


_ANY_PAGE = ("page", "стор", "стран", "form", "форм", "screen", "button", "кноп")  # of a site, too
_HEADS = frozenset(
    "subject from to received return-path final-recipient diagnostic-code message-id reply-to"
    " x-failed-recipients reporting-mta тема від от кому".split()
)


def _line_heads(reading: Reading) -> Iterator[str]:
    """The first words of lines that a colon follows, without marks of a quotation."""
    for at in sorted(set(reading.line_starts)):
        while at < len(reading.words) and reading.words[at] == ">":
            at += 1
        if reading.words[at + 1 : at + 2] == [":"]:
            yield reading.words[at]


def _is_markup(reading: Reading, at: int) -> bool:
    start = reading.tokens[at].start
    return reading.text[start - 1 : start] == "<"


def _is_of_site(path: str) -> bool:
    return "?" in path or not path.startswith(tuple(word_set("server.paths")))


def _arrows(reading: Reading) -> Iterator[int]:
    return (at for at, one in enumerate(reading.tokens) if one.fold == "→")


def _joins_titles(reading: Reading, at: int) -> bool:
    """Whether an arrow stands between titles, as `Domains → DNS zone` has it."""
    words = [
        reading.tokens[place] for place in (at - 1, at + 1) if 0 <= place < len(reading.tokens)
    ]
    return all(
        one.kind in ("word", "name", "code") and not reading.text[one.start].islower()
        for one in words
    )


def _server_names(reading: Reading) -> float:
    """What the names of machines told of other matters."""
    return sum(
        mark.weight
        for mark in reading.marks.get("topic.other", ())
        if reading.words[mark.first] in _MACHINES
    ) + 5 * any(
        token.kind == "host" and token.fold.startswith(("vps", "vds")) for token in reading.tokens
    )


_MACHINES = ("vps", "vds", "впс")


def _host(reading: Reading, owners: Owners, at: int) -> Iterator[tuple[str, float]]:
    token = reading.tokens[at]
    host = host_of(token.fold)
    if owners.is_company(host):
        if host.startswith("panel."):
            yield "panel", 9
        return
    yield "web", 2 if token.kind == "url" else 1.5
    if host.startswith(("vps", "vds")) or _is_called_machine(reading, host, at):
        yield "other", 5
    if token.kind == "host" and _is_renewed(reading, at):
        yield "domain", 10
    elif token.kind == "host" and reading.in_sentence("act.domain", at):
        yield "domain", 6
    if host.startswith(("ftp.", "sftp.")):
        yield "ftp", 5


def _is_renewed(reading: Reading, at: int) -> bool:
    """`Renew acme.example`: a word for what is done with a domain just before its name."""
    return any(reading.has("act.name", place) for place in reading.before(at, 2))


def _is_name_server(host: str) -> bool:
    first = host.partition(".")[0]
    return first.rstrip("0123456789") in ("ns", "dns") and host.count(".") > 1


def _is_behind_section(reading: Reading, at: int) -> bool:
    near = [place for place in reading.before(at, 2) if reading.has("cue.section", place)]
    return any(not reading.words[place].startswith(("form", "форм")) for place in near)


def _is_called_machine(reading: Reading, host: str, at: int) -> bool:
    """`The server node1.acme.example`: a machine by its name and by what it is called."""
    named = host.startswith(("srv", "server", "node", "vm", "dedi", "db"))
    return named and reading.near("cue.host", at, 2)


def _is_matter(reading: Reading, learnt: dict[str, float]) -> bool:
    """Whether something is said at all: a fault, a wish or a question of some words, or words that
    stood in messages of one topic.
    """
    greeting = reading.places.get("greeting", frozenset[int]())
    words = [at for at, token in enumerate(reading.tokens) if token.kind == "word"]
    tells = any(reading.marks.get(label) for label in ("fault", "wish", "question"))
    left = sum(at not in greeting for at in words)
    if left > 2 and max(learnt.values(), default=0) > CERTAIN:
        return True
    return left > 2 and ((len(words) > 3 and "?" in reading.vocabulary) or (tells and left > 3))
