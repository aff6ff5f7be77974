"""What the last weeks asked and answered without an article: read, grouped aside and remembered."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from firstline.kit.aside import Aside
from firstline.kit.db import Conn
from firstline.upkeep import store
from firstline.upkeep.model import EntryPlace, Gap, GapKind, Task, find_gaps, task_of

DAYS = 30
REMEMBERED = timedelta(minutes=5)
EXAMPLES = 3
_aside = Aside("gaps")


@dataclass(frozen=True, slots=True)
class GapExample:
    """An entry of a gap with the title of its request, and whether that is closed."""

    place: EntryPlace
    title: str
    closed: bool


@dataclass(frozen=True, slots=True)
class GapRow:
    """A gap as it is shown: what was decided about it, and some of its requests by title."""

    gap: Gap
    task: Task | None
    examples: tuple[GapExample, ...]

    @property
    def source(self) -> int | None:
        """The newest example of which an article can be made."""
        return next((one.place.request_no for one in self.examples if one.closed), None)

    @property
    def dismissed(self) -> bool:
        """Whether somebody said that it needs no article."""
        return self.task is not None and self.task.state == "dismissed"

    @property
    def place(self) -> EntryPlace:
        """The entry by which it is decided about."""
        return self.task.place if self.task else self.gap.places[0]


class Gaps:
    """The gaps of a desk, looked for anew when some minutes have passed."""

    def __init__(self) -> None:
        self._found: dict[GapKind, tuple[datetime, list[Gap]]] = {}

    async def rows(self, conn: Conn, kind: GapKind, now: datetime) -> list[GapRow]:
        """Each gap with what was decided about it. Numbers alone are remembered, titles are read:
        what was erased meanwhile is not there.
        """
        gaps = await self._gaps(conn, kind, now)
        tasks = await store.tasks(conn, {no for gap in gaps for no in gap.requests})
        numbers = {no for gap in gaps for no in gap.requests[:EXAMPLES]}
        titles = await store.titles(conn, numbers)
        return [GapRow(gap, task_of(gap, tasks), _examples(gap, titles)) for gap in gaps]

    async def _gaps(self, conn: Conn, kind: GapKind, now: datetime) -> list[Gap]:
        remembered = self._found.get(kind)
        if remembered is not None and abs(now - remembered[0]) <= REMEMBERED:
            return remembered[1]
        read = store.questions if kind == "question" else store.answers
        texts = await read(conn, now - timedelta(days=DAYS))
        gaps = await _aside.run(find_gaps, kind, texts)
        self._found[kind] = now, gaps
        return gaps


def _examples(gap: Gap, titles: dict[int, tuple[str, bool]]) -> tuple[GapExample, ...]:
    first = {place.request_no: place for place in reversed(gap.places)}
    numbers = gap.requests[:EXAMPLES]
    return tuple(GapExample(first[no], *titles.get(no, ("", False))) for no in numbers)
