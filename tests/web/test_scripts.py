"""Rules of the pages' scripts that no tool knows."""

import re

from firstline.kit.html import PACKAGE

STORAGE = re.compile(r"\b(local|session)Storage\b")
# Its own way round a browser that keeps nothing stands in each.
KEEPERS = {
    "kit/static/storage.js": "what all others ask",
    "portal/static/widget.js": "stands on the company's page, and loads nothing but itself",
}


def test_nothing_but_one_module_touches_what_the_browser_keeps() -> None:
    """Where storage is blocked, touching it throws, and a page without a way round is dead."""
    scripts = {
        str(path.relative_to(PACKAGE)): path.read_text("utf-8")
        for path in PACKAGE.rglob("*.js")
        if "vendor" not in path.parts
    }
    assert {name for name, text in scripts.items() if STORAGE.search(text)} == set(KEEPERS)


def test_no_field_cuts_off_what_is_pasted_into_it() -> None:
    cut = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.html")
        if "maxlength" in path.read_text("utf-8")
    ]
    assert cut == [], "refuse it in a sentence: what maxlength cuts off is gone unseen"
