"""The coach at the desk: what it reads in somebody's words, with their services and the wiki.

`read_words` reads for the `writer_of` the words; `lines_of` puts into words what is worth saying,
of which a page says one at a time. `read_facts` makes fields of what clients wrote.
"""

from firstline.coaching.answer import CoachAnswer, answer_without_desk, article_instead
from firstline.coaching.facts import read_facts
from firstline.coaching.line import (
    MATTERS,
    Chip,
    CoachLine,
    chips,
    duplicate_line,
    lines_of,
    missing_lines,
)
from firstline.coaching.reading import read_words
from firstline.coaching.writers import WriterFacts, writer_of

__all__ = [
    "MATTERS",
    "Chip",
    "CoachAnswer",
    "CoachLine",
    "WriterFacts",
    "answer_without_desk",
    "article_instead",
    "chips",
    "duplicate_line",
    "lines_of",
    "missing_lines",
    "read_facts",
    "read_words",
    "writer_of",
]
