"""Evidence from the log: how often each clause applied, was kept and was broken, and by when.

A reader of the log like the search index: it keeps one row for each time a clause applied, and a
page counts rows. What the published figures say is computed here, too.
"""

from firstline.reports.model import provable
from firstline.reports.reading import read_on

__all__ = ["provable", "read_on"]
