"""Bands of a measured share, for credits: from which to which per cent one holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from firstline.policy.text.remark import remark

_NUMBER = r"(\d{1,6}(?:[.,]\d{1,6})?) ?%?"
_SIDE = re.compile(rf"^(<=|>=|<|>|≤|≥|below|under|above|over) ?{_NUMBER}$")
_BETWEEN = re.compile(rf"^(?:from )?{_NUMBER} ?(?:-|–|to) ?{_NUMBER}$")
_SIGNS = {"≤": "<=", "≥": ">=", "below": "<", "under": "<", "above": ">", "over": ">"}


@dataclass(frozen=True)
class Band:
    """Per cent from `low` to `high`, None where it is open on that side; `holds` says whether an
    end of its own belongs to it, low and high.
    """

    low: Fraction | None
    high: Fraction | None
    holds: tuple[bool, bool] = (True, False)

    def __contains__(self, share: Fraction) -> bool:
        above = self.low is None or share > self.low or (self.holds[0] and share == self.low)
        below = self.high is None or share < self.high or (self.holds[1] and share == self.high)
        return above and below

    @property
    def rank(self) -> tuple[bool, Fraction, Fraction]:
        """Sorts bands that share a part: the one with the lower end on top is the narrower."""
        return self.high is None, self.high or Fraction(0), -(self.low or Fraction(0))


def parse_band(text: str) -> Band:
    """`<99.9`, `<=99.9`, `>99`, `>=99`, and `99-99.9` from 99 to what is below 99.9; each with or
    without %. ValueError says how to write it.
    """
    word = text.strip().lower()
    if found := _SIDE.match(word):
        sign, number = _SIGNS.get(found[1], found[1]), _share(found[2], text)
        held = sign.endswith("=")
        if sign.startswith("<"):
            return Band(None, number, (True, held))
        return Band(number, None, (held, False))
    if found := _BETWEEN.match(word):
        low, high = _share(found[1], text), _share(found[2], text)
        if low < high:
            return Band(low, high)
        raise ValueError(
            remark(
                "the band '{text}' ends before it begins; write its lower end first", text=text[:40]
            )
        )
    raise ValueError(
        remark(
            "'{text}' is not a band; write <99.9 for below it, >=99 for it and above, or 99-99.9",
            text=text[:40],
        )
    )


def _share(number: str, text: str) -> Fraction:
    share = Fraction(number.replace(",", "."))
    if share > 100:
        raise ValueError(
            remark("the band '{text}' goes beyond 100 per cent; correct the number", text=text[:40])
        )
    return share
