"""Pages of evidence: on the desk with every figure opening its list, and for everybody by month."""

from firstline.people.visit import desk_pages
from firstline.reports.pages.proof import as_csv, as_json, overview, proof
from firstline.reports.pages.published import PublicFigures, public_proof

__all__ = ["PublicFigures", "routes"]

routes = [desk_pages(overview, as_csv, as_json, proof), public_proof]
