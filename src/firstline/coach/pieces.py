"""Where the matters of a message stand: stretches of which each may be a request of its own."""

from __future__ import annotations

from firstline.coach.matters import JOINING, announcements, openings, telling_items
from firstline.coach.model import FirstMessage
from firstline.coach.reading.reading import Reading

MOST_PIECES = 6  # a longer list tells the steps of one matter rather than so many


def pieces_of(message: FirstMessage) -> tuple[tuple[int, int], ...]:
    """From where to where each matter goes, in code points; nothing where no two can be told apart.

    Together they hold every word but the numbers and dashes of a list: what stands before the
    first matter goes with it, what stands behind the last one with that.
    """
    reading = Reading(message)
    starts = _starts(reading)
    if not 2 <= len(starts) <= MOST_PIECES:
        return ()
    ends = [before for before, _words in starts[1:]]
    return tuple(
        _without_edges(message.text, words, end)
        for (_before, words), end in zip(starts, [*ends, len(message.text)], strict=True)
    )


def _starts(reading: Reading) -> list[tuple[int, int]]:
    """Where each matter begins, and where its words do."""
    if len(items := telling_items(reading)) > 1:
        starts = [(reading.tokens[at].start, _words_of_item(reading, at)) for at, _last in items]
    else:
        cuts = [reading.tokens[at].start for at in _cuts(reading)]
        starts = [(0, 0), *((cut, cut) for cut in cuts)]
    (_before, words), *others = starts
    first = 0 if reading.text[: starts[0][0]].strip() else words
    return [(0, first), *others]


def _cuts(reading: Reading) -> list[int]:
    """The tokens before which a message without a list falls apart: questions as many as were
    announced, or what words like `also` open.
    """
    asked = {reading.sentences[at] for at, word in enumerate(reading.words) if word == "?"}
    if len(asked) in announcements(reading):
        return [reading.sentences.index(number) for number in sorted(asked)[1:]]
    return [_with_conjunction(reading, at) for at in openings(reading)]


def _words_of_item(reading: Reading, at: int) -> int:
    """Behind the dash, or the number with its sign."""
    bullet = at if reading.tokens[at].kind == "sign" else at + 1
    return reading.tokens[bullet].end


def _with_conjunction(reading: Reading, at: int) -> int:
    """From the `and` before a word like `also`."""
    return at - 1 if at > 0 and reading.words[at - 1] in JOINING else at


def _without_edges(text: str, first: int, last: int) -> tuple[int, int]:
    """The stretch without white space at its ends, and without the sign that led to the next."""
    piece = text[first:last]
    first += len(piece) - len(piece.lstrip())
    return first, max(first, first + len(piece.strip().rstrip(",;").rstrip()))
