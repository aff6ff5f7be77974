"""What the desk shows of two policy files: the difference in words, and line by line. Pure."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from firstline.policy import PolicyError, load
from firstline.policy.page.differences import PageChange, changes

# Beyond this a comparison line by line would take minutes; no company writes so much.
MOST_LINES = 20_000
AROUND = 2


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of two files laid side by side; a number is None where the line is not in that file.
    `gap` stands for lines left out because they are the same.
    """

    mark: Literal["same", "deleted", "inserted", "gap"]
    before: int | None
    after: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two files compared. `changes` is None where one of them has errors, `lines` where they are
    too long.
    """

    changes: list[PageChange] | None
    lines: list[TextLine] | None


def differences(old: str, new: str, lang: str) -> Difference:
    """From the file `old` to the file `new`, in one language."""
    try:
        page_changes = changes(load(old), load(new), lang)
    except PolicyError:
        page_changes = None
    return Difference(page_changes, lines_of(old, new))


def lines_of(old: str, new: str) -> list[TextLine] | None:
    """What was deleted and inserted, with two lines around."""
    first, second = old.splitlines(), new.splitlines()
    if max(len(first), len(second)) > MOST_LINES:
        return None
    found: list[TextLine] = []
    last = 0
    for group in SequenceMatcher(None, first, second).get_grouped_opcodes(AROUND):
        if group[0][1] > last:
            found.append(TextLine("gap", None, None, ""))
        for tag, a, b, c, d in group:
            if tag == "equal":
                pairs = zip(range(a, b), range(c, d), strict=True)
                found += [TextLine("same", i + 1, j + 1, first[i]) for i, j in pairs]
                continue
            found += [TextLine("deleted", i + 1, None, first[i]) for i in range(a, b)]
            found += [TextLine("inserted", None, j + 1, second[j]) for j in range(c, d)]
        last = group[-1][2]
    if found and last < len(first):
        found.append(TextLine("gap", None, None, ""))
    return found
