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
from firstline.reports.model import VERDICTS, Verdict, View, provable, stats_told, views
from firstline.reports.periods import PERIODS, Period, months, period
from firstline.reports.reading import looked_at_again, read_on, still_unread
from firstline.reports.store import Filters, Item
from firstline.reports.words import (
    Words,
    claim_words,
    figure_words,
    length,
    month_words,
    part_words,
    words,
)

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
    "Verdict",
    "View",
    "Words",
    "claim_words",
    "counted",
    "figure_words",
    "figures",
    "length",
    "listed",
    "looked_at_again",
    "month_words",
    "months",
    "part_words",
    "period",
    "provable",
    "read_on",
    "stats_told",
    "still_unread",
    "totalled",
    "views",
    "words",
]
