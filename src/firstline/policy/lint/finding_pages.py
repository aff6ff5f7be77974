"""The pages about the linter's findings: what is wrong with an example, and how it is mended."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).resolve()
# In a wheel they lie beside this file (hatch_build.py), in a clone among the other documents.
PLACES = (HERE.parent / "findings", HERE.parents[4] / "docs" / "findings")
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


@lru_cache(maxsize=256)
def page_of_finding(code: str) -> str | None:
    """The page of a finding's code as Markdown, in English; None where it has none."""
    if CODE.fullmatch(code) is None:
        return None
    for place in PLACES:
        page = place / f"{code}.md"
        if page.is_file():
            return page.read_text("utf-8")
    return None
