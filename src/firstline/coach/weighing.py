"""What the words of a message weigh for each topic."""

from __future__ import annotations

from collections.abc import Iterator

from firstline.coach.facts.clauses import change_clauses
from firstline.coach.facts.panel import titled_sections
from firstline.coach.reading.lexicon import PhraseMark
from firstline.coach.reading.reading import Reading

LATER = 0.75  # what a sentence counts that is not the first of the message
SENTENCES = 3  # after so many a sentence counts as the last of them does
IN_QUOTES = 0.3  # what a word counts that stands on a button
IN_CHANGE = 0.4  # of what was changed before the fault
IN_BACKGROUND = 0.5  # of a sentence that tells what is well


class WordWeights:
    """The phrases that tell topics, each once, by where they stand."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._titles = {at for first, last in titled_sections(reading) for at in range(first, last)}
        spans = [(one.start, one.end) for one in change_clauses(reading)]
        self._changed = {
            at
            for at, token in enumerate(reading.tokens)
            if any(start <= token.start < end for start, end in spans)
        }
        self._background = _background(reading)
        worded = [one for one in _worded_sentences(reading) if one not in self._background]
        self._rank = {number: min(place, SENTENCES) for place, number in enumerate(worded)}

    def pairs(self) -> Iterator[tuple[str, float]]:
        """Topic and weight of each word that tells one."""
        best = dict[tuple[str, str], float]()
        for label, marks in self._reading.marks.items():
            if label.startswith("topic."):
                for mark in marks:
                    key = (label[6:], self._reading.words[mark.last - 1][:5])
                    best[key] = max(self._weight(key[0], mark), best.get(key, 0))
        return ((topic, weight) for (topic, _), weight in best.items())

    def _weight(self, topic: str, mark: PhraseMark) -> float:
        sentence = self._reading.sentences[mark.first]
        share = self._share(topic, mark)
        if sentence in self._background:
            return mark.weight * share * IN_BACKGROUND
        return mark.weight * share * LATER ** self._rank.get(sentence, SENTENCES)

    def _share(self, topic: str, mark: PhraseMark) -> float:
        """What part of its weight a phrase counts: little on a button, and where all is well."""
        reading, at = self._reading, mark.first
        if topic != "domain" and at in self._changed:
            return IN_CHANGE
        small = (
            (topic != "panel" and self._is_title(at))
            or (topic == "web" and mark.last + 1 in reading.quote_starts)
            or (reading.in_clause("works", at) and not reading.in_clause("fault", at))
            or (topic == "mail" and reading.has("mail.source", at))
            or (topic == "billing" and reading.has("repeat", at))  # paying on one's own site
        )
        return IN_QUOTES if small else 1

    def _is_title(self, at: int) -> bool:
        if at in self._reading.quote_ends or at in self._titles:
            return True
        near = self._reading.words[max(0, at - 2) : at + 3]
        return "→" in near


def _worded_sentences(reading: Reading) -> list[int]:
    """The numbers of the sentences with words."""
    pairs = zip(reading.sentences, reading.tokens, strict=True)
    return sorted({number for number, token in pairs if token.kind == "word"})


def _background(reading: Reading) -> frozenset[int]:
    """Sentences that tell that something is well, where others tell a fault or ask."""
    tells = {
        reading.sentences[mark.first]
        for label in ("fault", "question", "wish")
        for mark in reading.marks.get(label, ())
        if not reading.in_clause("works", mark.first)
    }
    well = {reading.sentences[mark.first] for mark in reading.marks.get("works", ())}
    return frozenset(well - tells) if tells else frozenset()
