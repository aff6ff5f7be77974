"""Files made of boxes (HEIC, AVIF, MP4, MOV), without what they tell of place, camera and author.

Nothing is moved and nothing decoded: what tells is overwritten where it stands, so every pixel and
every sound stays as it was. Sources: ISO/IEC 14496-12 (boxes, `meta`, `iloc`), 23008-12 (Exif and
XMP as items), QuickTime File Format (`udta`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

# Boxes that hold other boxes on the way to what tells.
INNER = (b"moov", b"trak", b"mdia", b"minf")
# What is said of the whole and of its tracks: place, camera, author; and boxes of other makers.
TELLING = (b"udta", b"meta", b"uuid")
MOST_BOXES = 10_000
# An Exif block that says nothing; a decoder may want it to be sound.
EMPTY_EXIF = bytes(4) + b"MM\0*" + bytes((0, 0, 0, 8)) + bytes(6)


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    inner: int
    end: int


def is_made_of_boxes(head: bytes) -> bool:
    """Whether the first bytes are those of such a file."""
    return head[4:8] == b"ftyp"


def blank_boxes(data: bytes) -> bytes:
    """The file, as long as before, without what it tells; a broken one as far as it can be read."""
    made = bytearray(data)
    for box in _boxes(made, 0, len(made)):
        if box.kind == b"meta":
            _blank_items(made, box)
        else:
            _blank(made, box)
    return bytes(made)


def _boxes(data: bytearray, start: int, end: int) -> Iterator[_Box]:
    for _ in range(MOST_BOXES):
        if start + 8 > end:
            return
        size, inner = int.from_bytes(data[start : start + 4]), start + 8
        if size == 1:
            size, inner = int.from_bytes(data[start + 8 : start + 16]), start + 16
        stop = end if size == 0 else start + size
        if stop < inner or stop > end:
            return
        yield _Box(bytes(data[start + 4 : start + 8]), start, inner, stop)
        start = stop


def _blank(data: bytearray, box: _Box) -> None:
    """Make free room of what tells, here and further in."""
    if box.kind in TELLING:
        data[box.start + 4 : box.start + 8] = b"free"
        data[box.inner : box.end] = bytes(box.end - box.inner)
    elif box.kind in INNER:
        for inner in _boxes(data, box.inner, box.end):
            _blank(data, inner)


def _blank_items(data: bytearray, meta: _Box) -> None:
    """Blank the Exif and XMP items of a picture, which `iinf` names and `iloc` finds."""
    parts = {box.kind: box for box in _boxes(data, meta.inner + 4, meta.end)}
    if b"iinf" not in parts or b"iloc" not in parts:
        return
    fillers = dict(_telling_items(data, parts[b"iinf"]))
    store = parts[b"idat"].inner if b"idat" in parts else len(data)
    for item, spans in _places(data, parts[b"iloc"], store):
        if item in fillers:
            _overwrite(data, spans, fillers[item])


def _telling_items(data: bytearray, iinf: _Box) -> Iterator[tuple[int, bytes]]:
    """Numbers of the items that tell, with what may stand in their place."""
    wide = data[iinf.inner] > 0
    for box in _boxes(data, iinf.inner + (8 if wide else 6), iinf.end):
        body = bytes(data[box.inner : box.end])
        width = 4 if body[:1] == b"\3" else 2
        kind = body[6 + width : 10 + width]
        if kind == b"Exif":
            yield int.from_bytes(body[4 : 4 + width]), EMPTY_EXIF
        elif kind in (b"mime", b"uri "):
            yield int.from_bytes(body[4 : 4 + width]), b""


def _places(data: bytearray, iloc: _Box, store: int) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Each item with where its parts begin and end in the file."""
    version, at = data[iloc.inner], iloc.inner + 4
    sizes = int.from_bytes(data[at : at + 2])
    offset, length, base, index = ((sizes >> shift) & 15 for shift in (12, 8, 4, 0))
    index = index if version else 0
    wide = 4 if version == 2 else 2
    count, at = int.from_bytes(data[at + 2 : at + 2 + wide]), at + 2 + wide
    for _ in range(min(count, MOST_BOXES)):
        item, at = int.from_bytes(data[at : at + wide]), at + wide
        inside = version > 0 and data[at + 1] == 1
        at += 4 if version else 2
        begin, at = int.from_bytes(data[at : at + base]), at + base
        parts, at = int.from_bytes(data[at : at + 2]), at + 2
        spans: list[tuple[int, int]] = []
        for _ in range(min(parts, MOST_BOXES)):
            at += index
            first = begin + int.from_bytes(data[at : at + offset]) + (store if inside else 0)
            spans.append((first, first + int.from_bytes(data[at + offset : at + offset + length])))
            at += offset + length
        if at > iloc.end:
            return
        yield item, spans


def _overwrite(data: bytearray, spans: list[tuple[int, int]], words: bytes) -> None:
    for number, (start, end) in enumerate(spans):
        if not 0 < start < end <= len(data):
            continue
        put = words if number == 0 and len(words) <= end - start else b""
        filler = b"\0" if words else b" "
        data[start:end] = put + filler * (end - start - len(put))
