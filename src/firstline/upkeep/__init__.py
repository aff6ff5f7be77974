"""Upkeep of the wiki (clauses answer.wiki, wiki.helpful): what its articles did for those who were
sent to them, what is asked and answered again and again without one, and articles made from
requests that were solved.
"""

from firstline.upkeep import pages, pages_drafts
from firstline.upkeep.pages import FIGURES

routes = [*pages.routes, *pages_drafts.routes]
__all__ = ["FIGURES", "routes"]
