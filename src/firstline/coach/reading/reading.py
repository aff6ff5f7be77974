"""A message, read once: its tokens, the phrases in them, its sentences and clauses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from firstline.coach.model import CoachLanguage, FirstMessage
from firstline.coach.reading.language import language_of, spells_cyrillic
from firstline.coach.reading.layout import as_typed
from firstline.coach.reading.lexicon import (
    SHORTEST_HEARD,
    Phrase,
    PhraseMark,
    find_marks,
    lexicon,
    spelled_lexicon,
)
from firstline.coach.reading.spelling import sound
from firstline.coach.reading.tokens import WordToken, tokens_of
from firstline.coach.words import word_set

_TIME_LABELS = frozenset(
    f"when.{one}"
    for one in "rel weekday month unit ago since at for part last number feast".split()
)
MOST_SLIPS = 60  # different words that are looked at for a slip of the finger
SHORTEST_SLIP = 6
FARTHEST = 40  # tokens, signs counted, that are looked at before one
SLIPPED = 0.7  # what a word weighs that may be meant as another
_END_OF_SENTENCE = frozenset(".!?;…")
_END_OF_CLAUSE = frozenset(",:()—–") | _END_OF_SENTENCE
_ABBREVIATIONS = word_set("abbreviations")
_IMPERATIVES = ("йте", "ьте", "ите", "іть", "їть")
_CHANGING = ("verb.install", "verb.change", "verb.configure", "verb.enable", "verb.delete")
_NO_CHANGE = ("скин", "постав", "загруз")  # of a picture sent, of somebody who put
_PAST = ("ла", "ли", "ув", "ив", "ав", "ил", "ал", "ул", "ел")
_ENDINGS = tuple(word_set("denials.endings"))
_PLANS = ("going", "planning", "asking", "using", "hosting", "being", "wanting", "looking")
_NO_FAULT = tuple(word_set("denials.no_fault"))
OPENING, CLOSING = "\"'«“„‘`", "\"'»”“’`"


class Reading:
    """What everybody who looks for something in a message needs of it."""

    def __init__(self, message: FirstMessage) -> None:
        self.message = message
        self.text = as_typed(message.text)
        self.tokens: list[WordToken] = tokens_of(self.text)
        self.words = [token.fold for token in self.tokens]
        self.marks: dict[str, list[PhraseMark]] = defaultdict(list)
        marks = find_marks(lexicon(), self.tokens, self.words)
        self.is_spelled = spells_cyrillic(self.tokens)
        if self.is_spelled:
            sounds = [sound(word) if word.isascii() else word for word in self.words]
            marks += find_marks(spelled_lexicon(), self.tokens, sounds)
        for mark in marks:
            self.marks[mark.label].append(mark)
        self.sentences = _numbers(self.text, self.tokens, _END_OF_SENTENCE)
        self.clauses = _numbers(self.text, self.tokens, _END_OF_CLAUSE)
        self._add_denials()
        self._add_requests()
        self._add_changes()
        self._add_slips(mark.first for mark in marks)

    def _add_slips(self, known: Iterable[int]) -> None:
        """Marks for words that are a slip away from one that tells the topic."""
        places, seen = set(known), set[str]()
        for at, token in enumerate(self.tokens):
            if token.kind != "word" or at in places or len(token.fold) < SHORTEST_HEARD:
                continue
            seen.add(token.fold)
            if len(seen) > MOST_SLIPS:
                return
            for phrase in _near(token.fold):
                weight = phrase.weight * SLIPPED
                self.marks[phrase.label].append(PhraseMark(phrase.label, weight, at, at + 1))

    def _add_denials(self) -> None:
        """A verb behind `не` tells a fault, but for what the writer does not know, want or do."""
        for at, word in enumerate(self.words[:-1]):
            after = self.words[at + 1]
            if (
                word in ("не", "ne")
                and self.tokens[at + 1].kind == "word"
                and (after.endswith(_ENDINGS) and not after.startswith(_NO_FAULT))
            ) or (word == "not" and after.endswith("ing") and after not in _PLANS):
                self.marks["fault"].append(PhraseMark("fault", 1, at, at + 2))

    def _add_requests(self) -> None:
        """A verb in the imperative among the first words of a sentence tells a wish."""
        seen = Counter[int]()
        for at, word in enumerate(self.words):
            number = self.sentences[at]
            seen[number] += self.tokens[at].kind == "word"
            if seen[number] < 4 and len(word) > 5 and word.endswith(_IMPERATIVES):
                self.marks["wish"].append(PhraseMark("wish", 1, at, at + 1))

    def _add_changes(self) -> None:
        """A verb of what can be asked for tells a change where somebody did it."""
        for label in _CHANGING:
            for mark in self.marks.get(label, ()):
                word = self.words[mark.first]
                if word.endswith(_PAST) and not word.startswith(_NO_CHANGE):
                    self.marks["change"].append(mark._replace(label="change"))

    @cached_property
    def language(self) -> CoachLanguage:
        """The language in which the writer is answered."""
        return language_of(self.message.language, self.message.reader, self.tokens, self.is_spelled)

    @cached_property
    def places(self) -> dict[str, frozenset[int]]:
        """For a label the tokens that its phrases cover."""
        return {
            label: frozenset(at for mark in marks for at in range(mark.first, mark.last))
            for label, marks in self.marks.items()
        }

    def has(self, label: str, at: int) -> bool:
        """Whether a phrase of a label covers a token."""
        return at in self.places.get(label, ())

    def near(self, label: str, at: int, reach: int) -> bool:
        """Whether a phrase of a label covers one of the tokens before `at`, in its sentence."""
        covered = self.places.get(label, frozenset[int]())
        return any(place in covered for place in self.before(at, reach))

    def before(self, at: int, reach: int) -> Iterator[int]:
        """Tokens before one in its sentence, the nearest first, signs not counted."""
        sentence, left, farthest = self.sentences[at], reach, max(0, at - FARTHEST)
        while at > farthest and left > 0:
            at -= 1
            if self.sentences[at] != sentence:
                return
            yield at
            left -= self.tokens[at].kind != "sign"

    def in_sentence(self, label: str, at: int) -> bool:
        """Whether a phrase of a label stands in the sentence of a token."""
        return self.sentences[at] in self._stretches_of[0].get(label, ())

    def in_clause(self, label: str, at: int) -> bool:
        """Whether a phrase of a label stands in the clause of a token."""
        return self.clauses[at] in self._stretches_of[1].get(label, ())

    @cached_property
    def _stretches_of(self) -> tuple[dict[str, frozenset[int]], dict[str, frozenset[int]]]:
        """For a label the sentences and the clauses in which it stands."""
        return tuple(
            {
                label: frozenset(numbers[mark.first] for mark in marks)
                for label, marks in self.marks.items()
            }
            for numbers in (self.sentences, self.clauses)
        )  # type: ignore[return-value]

    @cached_property
    def sentence_ends(self) -> dict[int, int]:
        """For the number of a sentence the token after it."""
        return {number: at + 1 for at, number in enumerate(self.sentences)}

    @cached_property
    def sentence_sizes(self) -> Counter[int]:
        """For the number of a sentence its tokens."""
        return Counter(self.sentences)

    @cached_property
    def is_latin(self) -> bool:
        """Whether no word is written in Cyrillic letters."""
        return all(token.fold.isascii() for token in self.tokens if token.kind == "word")

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word of the message."""
        return frozenset(self.words)

    @cached_property
    def word_count(self) -> int:
        """Tokens that are no signs."""
        return sum(token.kind != "sign" for token in self.tokens)

    @cached_property
    def time_words(self) -> frozenset[int]:
        """Tokens of words that may tell a time."""
        labels = [label for label in self.places if label in _TIME_LABELS]
        return frozenset(at for label in labels for at in self.places[label])

    @cached_property
    def quote_ends(self) -> dict[int, int]:
        """For each token inside quotes their closing one."""
        return {at: last for first, last in self.quotes for at in range(first, last)}

    @cached_property
    def quote_starts(self) -> frozenset[int]:
        """The first tokens inside quotes."""
        return frozenset(first for first, _ in self.quotes)

    def slice(self, first: int, last: int) -> tuple[int, int]:
        """The characters that tokens from `first` up to, not with, `last` cover."""
        return self.tokens[first].start, self.tokens[last - 1].end

    def clause_end(self, at: int) -> int:
        """The token after the clause of one."""
        number = self.clauses[at]
        while at < len(self.tokens) and self.clauses[at] == number:
            at += 1
        return at

    @cached_property
    def line_starts(self) -> list[int]:
        """For each token the first token of its line."""
        starts, first = list[int](), 0
        for at, token in enumerate(self.tokens):
            starts.append(first)
            if token.kind == "line":
                first = at + 1
        return starts

    @cached_property
    def quotes(self) -> list[tuple[int, int]]:
        """Quoted stretches of a line: the first token inside, and the closing quote's."""
        found, opened = list[tuple[int, int]](), -1
        for at, token in enumerate(self.tokens):
            if token.kind == "line":
                opened = -1
            elif token.kind == "sign" and opened >= 0 and self._closes(at, opened):
                if at > opened + 1:
                    found.append((opened + 1, at))
                opened = -1
            elif token.kind == "sign" and opened < 0 and self._opens(at):
                opened = at
        return found

    def _opens(self, at: int) -> bool:
        token = self.tokens[at]
        before = self.text[token.start - 1 : token.start]
        return token.fold in OPENING and not before.isalnum()

    def _closes(self, at: int, opened: int) -> bool:
        pairs = {"«": "»", "“": "”", "„": '“”"', "‘": "’"}
        sign = self.tokens[opened].fold
        token = self.tokens[at]
        after = self.text[token.end : token.end + 1]
        return token.fold in pairs.get(sign, sign) and not after.isalnum()


def _near(word: str) -> tuple[Phrase, ...]:
    """Phrases that a word may be meant as: a slip of the finger away, or of the same sound."""
    slips = lexicon().near_phrases(word) if len(word) >= SHORTEST_SLIP else ()
    return slips or (() if word.isascii() else lexicon().heard_phrases(word))


def _numbers(text: str, tokens: Sequence[WordToken], ends: frozenset[str]) -> list[int]:
    """For each token the number of the stretch that it stands in."""
    numbers, number = list[int](), 0
    for at, token in enumerate(tokens):
        numbers.append(number)
        if token.kind == "line":
            number += 1
        elif token.kind == "sign" and token.fold in ends:
            number += token.fold != "." or not _is_inner_point(text, tokens, at)
        elif token.fold == "-" and _END_OF_CLAUSE is ends:
            number += text[token.start - 1 : token.end + 1] == " - "  # a dash, as people type it
    return numbers


def _is_inner_point(text: str, tokens: Sequence[WordToken], at: int) -> bool:
    """Whether a full stop ends an abbreviation, or stands inside of something."""
    if at and tokens[at - 1].fold in _ABBREVIATIONS:
        return True
    end = tokens[at].end
    return end < len(text) and not text[end].isspace() and text[end] not in CLOSING + ")]"
