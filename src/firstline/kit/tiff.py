"""TIFF files without what they tell of place, camera and author: the fields are taken out of their
directories and their values overwritten, so every pixel stays where it was. Source: TIFF 6.0.
"""

from dataclasses import dataclass
from typing import Literal

HEADS = (b"II*\0", b"MM\0*")
# Description, maker, model, software, date, author, computer, XMP, notice of copyright, IPTC,
# Photoshop's, Exif, place, and what Windows adds.
TELLING = frozenset(
    {270, 271, 272, 305, 306, 315, 316, 700, 33432, 33723, 34377, 34665, 34853}
    | set(range(40091, 40096))
)
# Directories of their own: Exif, place, and what Exif knows of other programs.
DIRECTORIES = frozenset({34665, 34853, 40965})
SMALLER_PICTURES = 330
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
MOST_DIRECTORIES = 1000


def blank_tiff(data: bytes) -> bytes:
    """The file, as long as before, without what it tells; a broken one as far as it can be read."""
    return _Tiff(bytearray(data), "little" if data[:2] == b"II" else "big").blank()


@dataclass(frozen=True, slots=True)
class _Entry:
    tag: int
    raw: bytes
    start: int
    end: int
    values: tuple[int, ...]


class _Tiff:
    def __init__(self, data: bytearray, order: Literal["little", "big"]) -> None:
        self._data = data
        self._order: Literal["little", "big"] = order
        self._seen: set[int] = set()

    def blank(self) -> bytes:
        waiting = [self._number(4, 4)]
        while waiting and len(self._seen) < MOST_DIRECTORIES:
            at = waiting.pop()
            if at and at not in self._seen and at + 2 <= len(self._data):
                waiting += self._pass(at)
        return bytes(self._data)

    def _pass(self, at: int) -> list[int]:
        """Take out of the directory at `at` what tells; gives those that it leads to."""
        self._seen.add(at)
        entries, end = self._entries(at)
        after = self._number(end, 4)
        for entry in entries:
            if entry.tag in TELLING:
                self._erase(entry)
        stay = [entry for entry in entries if entry.tag not in TELLING]
        rest = b"".join(entry.raw for entry in stay) + after.to_bytes(4, self._order)
        room = end + 4 - at - 2
        if len(stay) < len(entries) and end + 4 <= len(self._data):
            self._data[at : at + 2] = len(stay).to_bytes(2, self._order)
            self._data[at + 2 : end + 4] = rest + bytes(room - len(rest))
        inner = [v for entry in stay if entry.tag == SMALLER_PICTURES for v in entry.values]
        return [after, *inner]

    def _erase(self, entry: _Entry) -> None:
        if entry.tag in DIRECTORIES:
            for at in entry.values:
                self._erase_directory(at)
        self._data[entry.start : entry.end] = bytes(entry.end - entry.start)

    def _erase_directory(self, at: int) -> None:
        if at in self._seen or not at or at + 2 > len(self._data):
            return
        self._seen.add(at)
        entries, end = self._entries(at)
        for entry in entries:
            self._erase(entry)
        self._data[at:end] = bytes(end - at)

    def _entries(self, at: int) -> tuple[list[_Entry], int]:
        """The fields of a directory, and where they end."""
        most = (len(self._data) - at - 2) // 12
        count = min(self._number(at, 2), most)
        return [self._entry(at + 2 + 12 * n) for n in range(count)], at + 2 + 12 * count

    def _entry(self, at: int) -> _Entry:
        width = SIZES.get(self._number(at + 2, 2), 1)
        count = self._number(at + 4, 4)
        size = width * count
        start = at + 8 if size <= 4 else self._number(at + 8, 4)
        end = max(start, min(start + size, len(self._data)))
        few = range(start, min(end, start + 4 * MOST_DIRECTORIES), 4) if width == 4 else ()
        values = tuple(self._number(place, 4) for place in few)
        return _Entry(self._number(at, 2), bytes(self._data[at : at + 12]), start, end, values)

    def _number(self, at: int, width: int) -> int:
        return int.from_bytes(self._data[at : at + width], self._order)
