"""Evidence from the log: how often each clause applied, was kept and was broken, and by when.

A reader of the log like the search index: it keeps one row for each time a clause applied, and a
page counts rows. What the published figures say is computed here, too.
"""

from firstline.reports.figures import (
    PAGE,
    Figure,
    Figures,
    Tally,
    counted,
    figures,
    listed,
    totalled,
)
from firstline.reports.model import VERDICTS, View, provable, views
from firstline.reports.periods import PERIODS, Period, months, period
from firstline.reports.reading import looked_at_again, read_on, still_unread
from firstline.reports.store import Filters, Item
from firstline.reports.words import Words, part_words, words

__all__ = [
    "PAGE",
    "PERIODS",
    "VERDICTS",
    "Figure",
    "Figures",
    "Filters",
    "Item",
    "Period",
    "Tally",
    "View",
    "Words",
    "counted",
    "figures",
    "listed",
    "looked_at_again",
    "months",
    "part_words",
    "period",
    "provable",
    "read_on",
    "still_unread",
    "totalled",
    "views",
    "words",
]
