"""What an edition changed, word by word; within bounds, in a thread."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from firstline.kit.aside import Aside
from firstline.policy.page.differences import TOKEN, Piece, pieces
from firstline.wiki.model import ArticleText

# Beyond these a comparison would take seconds: what changed is shown as a whole.
MOST_LINES = 2_000
MOST_TOKENS = 1_500
_aside = Aside("wiki-differences")


@dataclass(frozen=True, slots=True)
class TextDifference:
    """Two texts as one run of pieces each: the same, deleted, inserted."""

    title: tuple[Piece, ...]
    summary: tuple[Piece, ...]
    body: tuple[Piece, ...]

    @property
    def is_empty(self) -> bool:
        runs = (self.title, self.summary, self.body)
        return all(piece.mark == "same" for run in runs for piece in run)


async def text_differences(old: ArticleText, new: ArticleText) -> TextDifference:
    """From `old` to `new`."""
    return await _aside.run(compare_texts, old, new)


def compare_texts(old: ArticleText, new: ArticleText) -> TextDifference:
    """The same at once."""
    return TextDifference(
        _words(old.title, new.title),
        _words(old.summary, new.summary),
        tuple(_body(old.body, new.body)),
    )


def _body(before: str, after: str) -> list[Piece]:
    """Line by line, and within changed lines word by word."""
    first, second = (text.replace("\r\n", "\n").splitlines(True) for text in (before, after))
    if max(len(first), len(second)) > MOST_LINES:
        return list(_whole(before, after))
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, first, second).get_opcodes():
        was, now = "".join(first[a:b]), "".join(second[c:d])
        found += [Piece(was, "same")] if tag == "equal" else _words(was, now)
    return found


def _words(before: str, after: str) -> tuple[Piece, ...]:
    sizes = [sum(1 for _ in TOKEN.finditer(text)) for text in (before, after)]
    return pieces(before, after) if max(sizes) <= MOST_TOKENS else _whole(before, after)


def _whole(before: str, after: str) -> tuple[Piece, ...]:
    if before == after:
        return (Piece(before, "same"),)
    both = (Piece(before, "deleted"), Piece(after, "inserted"))
    return tuple(piece for piece in both if piece.text)
