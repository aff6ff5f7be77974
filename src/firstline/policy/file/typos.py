"""Words of a policy file that are most likely a slip of the pen, where any word may stand: the
hours and facts of prices; and bands of credits that cannot be read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from firstline.policy.file.fields import uses
from firstline.policy.file.model import PolicyFile
from firstline.policy.file.received import received_word
from firstline.policy.text.bands import parse_band
from firstline.policy.text.finding import Finding
from firstline.policy.text.remark import Remark, guess, remark, remark_of
from firstline.policy.text.source import Document
from firstline.policy.text.values import DAY_CLASSES, day_meant

# Half as near is another word: urgent is no night, weekend no weekdays.
NEAR = 0.75


def wrong_words(file: PolicyFile, document: Document) -> Iterator[Finding]:
    """One finding for every word of hours that means none, and for every band that is none."""
    calendars = ["always", *file.calendars]
    facts = {w for row in file.paid for w in (*row.free_when, *row.refund_when, *row.covers)}
    for use in uses(file):
        place = document.place(use.path)
        if use.ref.kind == "hours":
            for word in use.text.split(" and "):
                if message := _slip(word.strip(), calendars, facts):
                    yield Finding(
                        "unknown-name", *place, "error", remark("when: {message}", message=message)
                    )
        elif use.ref.kind == "arrival" and not is_hours(use.text, calendars):
            message = _not_hours(use.text, calendars)
            yield Finding(
                "bad-received", *place, "error", remark("received: {message}", message=message)
            )
    for i, row in enumerate(file.credits):
        for band in row.bands:
            try:
                parse_band(band)
            except ValueError as problem:
                place = document.place(("credits", i, "bands", band), key=True)
                yield Finding(
                    "bad-value",
                    *place,
                    "error",
                    remark("bands: {problem}", problem=remark_of(problem)),
                )


def is_hours(word: str, calendars: Collection[str]) -> bool:
    """Whether a word of `when` means hours: a calendar, a day class, windows, holiday, or what is
    outside of one of them.
    """
    try:
        received_word(word, dict.fromkeys(calendars))
    except ValueError:
        return False
    return True


def _nearest_hours(word: str, calendars: Collection[str]) -> Remark | None:
    """Which hours a misspelt word most likely means."""
    bare = word.removeprefix("not ").strip()
    known = [*calendars, *DAY_CLASSES, "holiday"]
    near = get_close_matches(bare, known, 1, NEAR) or get_close_matches(
        bare.lower(), known, 1, NEAR
    )
    found = day_meant(bare) or (near[0] if near else None)
    outside = "not " if word.startswith("not ") else ""
    if not found:
        return None
    mend = guess(f"{outside}{found}")
    return remark("'{word}' is not defined; {mend}", word=word[:40], mend=mend)


def _not_hours(word: str, calendars: Collection[str]) -> Remark:
    return _nearest_hours(word, calendars) or (
        remark(
            "'{word}' is neither a day class (sat-sun), nor windows (mon-fri "
            "09:00-18:00), nor holiday, nor a calendar; write one of these",
            word=word[:40],
        )
    )


def _slip(word: str, calendars: list[str], facts: set[str]) -> Remark | None:
    """What is wrong with a word of `when`; None for hours and for a fact, which is one word that
    looks like no name of hours, or stands as a fact elsewhere in the prices.
    """
    if word in facts or is_hours(word, calendars):
        return None
    if near := _nearest_hours(word, calendars):
        return near
    if word.startswith("not "):
        return remark(
            "'{word}' is outside of nothing that is known; after not write a calendar, "
            "a day class (sat-sun) or holiday",
            word=word[:40],
        )
    if not word or " " in word or ":" in word:
        return remark(
            "'{word}' is neither hours nor a fact; write a calendar, a day class "
            "(sat-sun), windows (sat 09:00-12:00), holiday, or a fact in one word such "
            "as urgent",
            word=word[:40],
        )
    return None
