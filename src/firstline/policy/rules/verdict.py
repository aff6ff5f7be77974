"""What the policy answers whoever wants to come in: usable, or refused and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

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
