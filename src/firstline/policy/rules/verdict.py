"""What the policy answers whoever wants to come in, usable, or refused and why; and how every
verdict becomes JSON.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from firstline.policy.text.values import Span
from firstline.policy.time.counting import stamp

Code = Literal[
    "beyond-channel",
    "channel-closed",
    "channel-down",
    "channel-refused",
    "complaints-elsewhere",
    "complaints-unnumbered",
    "emergencies-only",
    "no-support",
    "old-requests-only",
    "opened-by-staff",
    "out-of-scope",
    "other-contact",
    "other-country",
    "other-language",
    "other-plan",
    "other-site",
    "other-time",
    "signed-in",
    "spend-too-low",
    "who-may-ask",
]


@dataclass(frozen=True, slots=True)
class Usable:
    """It is taken now; `later` where the channel is closed, then answered from its opening on, with
    the file's `words` for that.
    """

    later: bool = False
    answered_from: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class NotUsable:
    """It is not taken: a code for programs, then sentences in the language of the moment, the
    reason and the way out; `refer_to` is that way as the file writes it, a channel or words.
    """

    code: Code
    reason: str
    way_out: str = ""
    refer_to: str | None = None

    @property
    def sentence(self) -> str:
        """What whoever is refused reads."""
        return f"{self.reason} {self.way_out}".rstrip()


def to_json(verdict: object, zone: ZoneInfo) -> Any:
    """A verdict as programs read it: times in the offset of `zone`, lengths of time as the file
    writes them, sums with two decimals. A field with a default is left out while it has that value;
    the underscore that ends a word of Python is none of its key.
    """
    match verdict:
        case None | str() | bool():
            return verdict
        case datetime():
            return stamp(verdict, zone)
        case Span():
            return str(verdict)
        case Fraction():
            return float(verdict)
        case Decimal():
            return f"{verdict:.2f}"
        case list() | tuple():
            items = cast("list[object]", verdict)  # of whatever a verdict holds
            return [to_json(one, zone) for one in items]
        case dict():
            table = cast("dict[str, object]", verdict)  # the same
            return {key: to_json(value, zone) for key, value in table.items()}
        case _ if is_dataclass(verdict):
            found = (
                (key, getattr(verdict, name), usual) for name, key, usual in _keys(type(verdict))
            )
            return {k: to_json(v, zone) for k, v, usual in found if usual is MISSING or v != usual}
        case _:
            return verdict


@cache
def _keys(verdict: type[Any]) -> tuple[tuple[str, str, object], ...]:
    """The fields of a kind of verdict, each with its key in JSON and its default."""
    return tuple((one.name, one.name.rstrip("_"), one.default) for one in fields(verdict))
