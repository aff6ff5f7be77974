"""What is asked or answered without an article, and what was decided about it. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from firstline.upkeep.likeness import group_alike

GapKind = Literal["question", "answer"]
TaskState = Literal["open", "taken", "dismissed"]
# How much of their weight two questions, two answers share: people ask in their own words, and
# an answer that is given again is nearly the same.
ALIKE: Mapping[GapKind, float] = {"question": 0.35, "answer": 0.7}
FEWEST: Mapping[GapKind, int] = {"question": 2, "answer": 3}
MOST_GAPS = 30


@dataclass(frozen=True, slots=True)
class EntryPlace:
    """An entry of a request."""

    request_no: int
    entry_no: int


@dataclass(frozen=True, slots=True)
class GapText:
    """The words of an opening, or of an answer, to which no article was linked."""

    place: EntryPlace
    topic: str
    words: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that several requests ask, or an answer that was given in them, without an
    article: the newest first. It holds no words, so that those which are erased go.
    """

    kind: GapKind
    topic: str
    places: tuple[EntryPlace, ...]

    @property
    def requests(self) -> list[int]:
        """Numbers of its requests, each once, the newest first."""
        return list(dict.fromkeys(place.request_no for place in self.places))


@dataclass(frozen=True, slots=True)
class Task:
    """What somebody decided about a gap: the entry by which it is known, and who, why, when."""

    place: EntryPlace
    state: TaskState
    person_id: UUID
    person: str
    reason: str
    at: datetime


def find_gaps(kind: GapKind, texts: Sequence[GapText]) -> list[Gap]:
    """What several requests of one topic have in common, those of most requests first."""
    by_topic: defaultdict[str, list[GapText]] = defaultdict(list)
    for text in texts:
        by_topic[text.topic].append(text)
    gaps = [gap for topic, some in by_topic.items() for gap in _of_topic(kind, topic, some)]
    return sorted(gaps, key=lambda gap: (-len(gap.requests), -gap.requests[0]))[:MOST_GAPS]


def _of_topic(kind: GapKind, topic: str, texts: Sequence[GapText]) -> Iterable[Gap]:
    for group in group_alike([text.words for text in texts], ALIKE[kind]):
        gap = Gap(kind, topic, tuple(texts[place].place for place in group))
        if len(gap.requests) >= FEWEST[kind]:
            yield gap


def task_of(gap: Gap, tasks: Mapping[EntryPlace, Task]) -> Task | None:
    """What was decided last about a gap, by any of its entries; None where it is open."""
    found = [tasks[place] for place in gap.places if place in tasks]
    return max(found, key=lambda task: task.at, default=None)
