"""Which parts of what was said are compared with a query, and which are shown: pure, and bounded
in characters whatever was written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from firstline.kit.search.places import Text, best_pieces, likeness, segments, snippet
from firstline.kit.search.query import Stems, Term, to_stem
from firstline.timeline.model import Request
from firstline.timeline.search.model import Hit, Passage

# Characters cut into words for one search: of what is not indexed yet, the newest first.
MOST_CHARACTERS = 200_000

Texts = Mapping[int, Sequence[Text]]


def likely_texts(said: Mapping[int, Sequence[str]], terms: Sequence[Term]) -> dict[int, list[Text]]:
    """Of the texts of each request those in which a term may stand, made ready."""
    texts: dict[int, list[Text]] = {no: [] for no in said}
    likely = [
        (before, no, body)
        for no, bodies in said.items()
        for before, body in enumerate(bodies)
        if body and likeness(terms, body)
    ]
    left = MOST_CHARACTERS
    # One of each request, then the next of each: nobody's flood leaves others unread.
    for _, no, body in sorted(likely, key=itemgetter(0)):
        if left > 0:
            left -= len(body)
            texts[no].append(Text(body, terms))
    return texts


def words_to_stem(texts: Texts) -> set[str]:
    """The words of texts that have to be stemmed before they can be compared."""
    return to_stem(token for some in texts.values() for text in some for token in text.tokens)


def terms_of(texts: Texts, terms: Sequence[Term], stems: Stems) -> dict[int, set[int]]:
    """For each request, which terms (by index) stand in one of its texts."""
    return {
        no: {i for text in some for i, at in enumerate(text.spans(terms, stems)) if at}
        for no, some in texts.items()
    }


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A title (`passage` is None) or a piece of a passage, with its words made ready."""

    passage: Passage | None
    text: Text


def best_excerpts(
    requests: Sequence[Request], said: Mapping[int, Sequence[Passage]], terms: Sequence[Term]
) -> dict[int, list[Excerpt]]:
    """Of each request the title and the pieces in which most of the terms may stand; its first
    words where none has any."""
    return {
        request.no: [
            Excerpt(None, Text(request.title, terms)),
            *(
                Excerpt(passage, Text(piece, terms))
                for passage, piece in _best_pieces(said.get(request.no, ()), terms)
            ),
        ]
        for request in requests
    }


def _best_pieces(said: Sequence[Passage], terms: Sequence[Term]) -> list[tuple[Passage, str]]:
    return [(said[i], piece) for i, piece in best_pieces([one.body for one in said], terms)]


def hit_of(
    terms: Sequence[Term],
    request: Request,
    excerpts: Sequence[Excerpt],
    stems: Stems,
    *,
    jump: bool,
) -> Hit:
    """Show the excerpt in which most of the terms stand; the first words if none has any."""
    headline = segments(request.title, _all(excerpts[0].text.spans(terms, stems)))
    each = [one.text.spans(terms, stems) for one in excerpts[1:]]
    if not each:
        return Hit(request, headline, None, "", "", request.arrived_at, (), jump)
    best = max(range(len(each)), key=lambda i: (sum(1 for at in each[i] if at), -i))
    piece, passage = excerpts[best + 1].text.text, excerpts[best + 1].passage
    assert passage is not None, "the title alone has none, and is the first"
    words = snippet(piece, _all(each[best]))
    return Hit(
        request, headline, passage.no, passage.by_name, passage.side, passage.at, words, jump
    )


def _all(spans: Iterable[Sequence[tuple[int, int]]]) -> list[tuple[int, int]]:
    return [span for at in spans for span in at]
