"""The words of a measure for people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MeasureWords:
    """A measure for people: its name, what is counted and how, and the verdicts.

    `aside` is empty where nothing is set aside, `open` where everything is decided at once.
    `timed` says that it is about a time: then lateness and hours tell something.
    """

    title: str
    definition: str
    kept: str
    broken: str
    open: str = ""
    aside: str = ""
    timed: bool = False
