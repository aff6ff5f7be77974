"""To which articles the commonest messages lead: what is asked so often needs no search."""

from __future__ import annotations

from firstline.coach.facts.extents import has_enhanced_code
from firstline.coach.reading.reading import Reading

BOUNCES = "mail-bounces"
LATER = 1.0  # a lead that weighs less stands behind what a search finds
SHORT = 6  # words that a search finds hardly anything by


def leads_of(reading: Reading, errors: list[tuple[int, int]]) -> tuple[tuple[str, ...], ...]:
    """Slugs of articles, the surest first: those before and those behind what a search finds."""
    weights = {
        label[5:]: max(weighty)
        for label, marks in reading.marks.items()
        if label.startswith("lead.")
        and (weighty := [one.weight for one in marks if not _is_well(reading, one.first)])
    }
    if any(has_enhanced_code(reading, *one) for one in errors):
        weights[BOUNCES] = 2.0  # a mail server's own words tell most
    best, least = sorted(weights, key=lambda slug: -weights[slug]), LATER
    if reading.word_count <= SHORT and not errors:
        least = 0.0
    return (
        tuple(slug for slug in best if weights[slug] >= least),
        tuple(slug for slug in best if weights[slug] < least),
    )


def _is_well(reading: Reading, at: int) -> bool:
    """Whether its clause tells that something works, as `the site works` does."""
    return reading.in_clause("works", at) and not reading.in_clause("fault", at)
