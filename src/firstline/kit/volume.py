"""How much one person writes in an hour, so that nobody fills the disk with words.

Whatever people type and the desk keeps is counted here, whichever door it came by. Each process
counts on its own: a limit of volume need not be exact, and the path of a message has no time for
another statement.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from firstline.kit.errors import TooMany
from firstline.kit.i18n import ngettext

MOST_BYTES = 64 * 1024 * 1024
HOUR = timedelta(hours=1)
START = datetime(2000, 1, 1, tzinfo=UTC)


class Volume:
    """Bytes of words by person in the present hour."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most = most
        self._hour = 0
        self._bytes: dict[UUID, int] = {}

    def spend(self, person: UUID | None, words: str, now: datetime) -> None:
        """Count words of this person; nobody's (the desk's own) are not counted.

        Raises TooMany, with Retry-After, over `most` bytes.
        """
        self.spend_bytes(person, len(words.encode()), now)

    def spend_bytes(self, person: UUID | None, size: int, now: datetime) -> None:
        """The same for what is measured already: what words add to what stood there."""
        if person is None or size <= 0:
            return
        hour, into = divmod(now - START, HOUR)
        if hour != self._hour:
            self._hour, self._bytes = hour, {}
        size += self._bytes.get(person, 0)
        if size > self.most:
            raise _too_much(self.most, HOUR - into)
        self._bytes[person] = size


def _too_much(most: int, wait: timedelta) -> TooMany:
    minutes = int(wait.total_seconds() // 60) + 1
    return TooMany(
        ngettext(
            "That is over %(most)d MB of text within an hour, so it was not saved; send it "
            "again in %(minutes)d minute, or as a file.",
            "That is over %(most)d MB of text within an hour, so it was not saved; send it "
            "again in %(minutes)d minutes, or as a file.",
            minutes,
        )
        % {"most": most // 1024**2 or 1, "minutes": minutes},
        headers={"Retry-After": str(minutes * 60)},
    )
