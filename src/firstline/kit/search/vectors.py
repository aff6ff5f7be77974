"""Words of texts as a tsvector, within what PostgreSQL takes: pure."""

from collections.abc import Iterable, Iterator

from firstline.kit.search.query import Stems, lexemes_of, quote
from firstline.kit.search.words import TextToken

# PostgreSQL takes 1 MB of lexemes and places; what else stands in a vector needs a little of it.
MOST_BYTES = 900_000
LEXEME_BYTES = 10  # beside its letters: its entry in the vector and its first place
MOST_PLACES = 255
APART = 9  # places between a text and the one before it, here or in an earlier vector
LAST_POSITION = 16_383  # of a tsvector; farther words are found, but not as a part of a phrase


class VectorWords:
    """What texts are found by, and where that stands, in at most `room` bytes: words for which
    there is no room are left out.

    Texts stand apart, so that no phrase runs from one into the next.
    """

    def __init__(self, room: int = MOST_BYTES) -> None:
        self._room, self._offset = room, APART
        self._places: dict[str, list[int]] = {}

    def add(self, found: Iterable[TextToken], stems: Stems, prefix: str = "") -> None:
        """Add the words of a text, each with `prefix` before it."""
        last = self._offset
        for token in found:
            last = self._offset + token.position
            for lexeme in lexemes_of(token, stems):
                self._note_place(prefix + lexeme, min(last, LAST_POSITION))
        self._offset = last + APART

    def _note_place(self, lexeme: str, place: int) -> None:
        at = self._places.get(lexeme)
        if at is None:
            size = len(lexeme.encode()) + LEXEME_BYTES
            if size <= self._room:
                self._places[lexeme] = [place]
                self._room -= size
        elif self._room >= 2 and len(at) < MOST_PLACES:
            at.append(place)
            self._room -= 2

    def parts(self) -> Iterator[str]:
        """The words, as they are written in a tsvector."""
        for word, at in self._places.items():
            yield f"{quote(word)}:{','.join(map(str, at))}"
