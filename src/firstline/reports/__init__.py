"""Evidence from the log: how often each clause applied, was kept and was broken, and by when.

A reader of the log like the search index: it keeps one row for each time a clause applied, and a
page counts rows. What the published figures say is computed here, too.
"""

from firstline.reports.figures import (
    PAGE,
    Figure,
    Figures,
    Tally,
    count_views,
    figures,
    list_items,
    total_views,
)
from firstline.reports.model import (
    VERDICTS,
    Verdict,
    View,
    link_views,
    provable,
    stats_of_clauses,
    views,
)
from firstline.reports.periods import PERIODS, Period, months, period
from firstline.reports.reading import (
    backlog,
    count_unread,
    list_failures,
    read_on,
    read_sample_again,
)
from firstline.reports.store import EvidenceFilters, EvidenceRow
from firstline.reports.words import (
    MeasureWords,
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
    "EvidenceFilters",
    "EvidenceRow",
    "Figure",
    "Figures",
    "MeasureWords",
    "Period",
    "Tally",
    "Verdict",
    "View",
    "backlog",
    "claim_words",
    "count_unread",
    "count_views",
    "figure_words",
    "figures",
    "length",
    "link_views",
    "list_failures",
    "list_items",
    "month_words",
    "months",
    "part_words",
    "period",
    "provable",
    "read_on",
    "read_sample_again",
    "stats_of_clauses",
    "total_views",
    "views",
    "words",
]
