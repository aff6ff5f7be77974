"""What a message is about: topics weighed by their words, and by what errors and addresses tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from firstline.coach.facts.addresses import Owners
from firstline.coach.reading.reading import Reading
from firstline.coach.reading.shapes import host_of
from firstline.coach.words import sections_of

LATER = 0.75  # what a sentence counts that is not the first of the message
IN_QUOTES = 0.3  # what a word counts that stands on a button
LEAST = 1.5
SENTENCES = 3  # after so many a sentence counts as the last of them does


def topic_of(reading: Reading, errors: list[tuple[int, int]]) -> str | None:
    """The topic of the first or main matter; None where no matter can be seen."""
    scores = defaultdict[str, float](float)
    for topic, weight in (*_words(reading), *_errors(reading, errors), *_addresses(reading)):
        scores[topic] += weight
    if scores and max(scores.values()) >= LEAST:
        return max(scores, key=lambda topic: (scores[topic], topic))
    return "other" if _is_matter(reading) else None


def _words(reading: Reading) -> Iterator[tuple[str, float]]:
    """Each phrase once, those of the first sentences counting most."""
    sentences = sorted(
        {s for s, t in zip(reading.sentences, reading.tokens, strict=True) if t.kind == "word"}
    )
    rank = {number: min(place, SENTENCES) for place, number in enumerate(sentences)}
    seen = set[tuple[str, str]]()
    for label, marks in reading.marks.items():
        if not label.startswith("topic."):
            continue
        topic = label[6:]
        for mark in marks:
            word = reading.words[mark.first][:5]
            if (topic, word) not in seen:
                seen.add((topic, word))
                weight = mark.weight * (
                    IN_QUOTES if topic != "panel" and mark.first in reading.quote_ends else 1
                )
                yield topic, weight * LATER ** rank.get(reading.sentences[mark.first], SENTENCES)


def _errors(reading: Reading, errors: list[tuple[int, int]]) -> Iterator[tuple[str, float]]:
    seen = set[str]()
    for place, (first, last) in enumerate(errors[:4]):
        start, end = reading.slice(first, last)
        text = reading.text[start:end].lower()
        kinds = {token.kind: token.fold for token in reading.tokens[first:last]}
        if kinds.get("version", "")[:2] in ("4.", "5.") and kinds["version"].count(".") == 2:
            yield "mail", 8
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
    wishes = reading.marks.get("scope.not.pc", ())
    if any(not reading.near("question", mark.first, 5) for mark in wishes):
        yield "other", 6
    if "→" in reading.vocabulary:
        yield "panel", 6
    if any(reading.near("cue.section", first, 2) for first, _ in reading.quotes):
        yield "panel", 2.5
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
    elif token.kind == "path" and token.fold.startswith("/") and "?" in token.fold:
        yield "web", 2
    elif token.kind in ("url", "host"):
        yield from _host(reading, owners, at)


def _host(reading: Reading, owners: Owners, at: int) -> Iterator[tuple[str, float]]:
    token = reading.tokens[at]
    host = host_of(token.fold)
    if owners.is_company(host):
        if host.startswith("panel."):
            yield "panel", 9
        return
    yield "web", 2 if token.kind == "url" else 1.5
    if host.startswith(("vps", "vds")):
        yield "other", 5
    if token.kind == "host" and reading.in_clause("act.domain", at):
        yield "domain", 6
    if host.startswith(("ftp.", "sftp.")):
        yield "ftp", 5


def _is_matter(reading: Reading) -> bool:
    """Whether something is said at all: a fault, a wish or a question of some words."""
    words = [token for token in reading.tokens if token.kind == "word"]
    tells = any(reading.marks.get(label) for label in ("fault", "wish", "question"))
    return len(words) > 3 and ("?" in reading.vocabulary or (tells and len(words) > 9))
