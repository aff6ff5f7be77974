"""Pictures that are kept as they came, without what they tell of place, camera and author.

Only whole blocks of the file are left out, so every pixel and frame stays as it was. What a file
hides behind its end goes too. HEIC, AVIF and films stand in kit/boxes, TIFF in kit/tiff. Sources:
JPEG (ITU T.81), Exif 2.32, PNG (W3C, third edition), GIF89a, WebP (RFC 9649).
"""

import struct
from collections.abc import Iterator

from firstline.kit.boxes import blank_boxes, is_made_of_boxes
from firstline.kit.tiff import HEADS, blank_tiff

PNG = b"\x89PNG\r\n\x1a\n"
# Chunks that decide what is seen; all others of PNG are left out.
PNG_CHUNKS = set(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP sBIT bKGD pHYs acTL fcTL fdAT".split()
)
WEBP_CHUNKS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
WEBP_FLAGS = 0x0C  # of VP8X: there is Exif, there is XMP
ORIENTATION = 0x0112
GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def strip_metadata(data: bytes) -> bytes:
    """`data` without its metadata; where it cannot be read on, the rest stays as it is, since a
    broken file may be just what somebody has to show. Other kinds of files come back unchanged.
    """
    if data.startswith(PNG):
        return _join(_png(data), data)
    if data.startswith(b"\xff\xd8"):
        return _join(_jpeg(data), data)
    if data.startswith((b"GIF87a", b"GIF89a")):
        return _join(_gif(data), data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        body = _join(_webp(data), data)
        return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
    if data.startswith(HEADS):
        return blank_tiff(data)
    return blank_boxes(data) if is_made_of_boxes(data) else data


class _Broken(Exception):
    """The file cannot be read on from this offset."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def _join(blocks: Iterator[bytes], data: bytes) -> bytes:
    whole = bytearray()
    try:
        for block in blocks:
            whole += block
    except _Broken as broken:
        whole += data[broken.offset :]
    return bytes(whole)


def _png(data: bytes) -> Iterator[bytes]:
    yield PNG
    at = len(PNG)
    while at < len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        if end > len(data):
            raise _Broken(at)
        kind = data[at + 4 : at + 8]
        if kind in PNG_CHUNKS:
            yield data[at:end]
        if kind == b"IEND":
            return
        at = end


def _webp(data: bytes) -> Iterator[bytes]:
    at, end_of_all = 12, min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while at < end_of_all:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + size + size % 2
        if end > len(data) + 1:
            raise _Broken(at)
        chunk = data[at:end]
        if chunk[:4] == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~WEBP_FLAGS]) + chunk[9:]
        if chunk[:4] in WEBP_CHUNKS:
            yield chunk
        at = end


def _gif(data: bytes) -> Iterator[bytes]:
    at = 13 + _colours(data, 10)
    yield data[:at]
    while at < len(data):
        begin = at
        if data[at] == 0x3B:
            yield b";"
            return
        if data[at] == 0x2C:
            at = _behind_blocks(data, at + 11 + _colours(data, at + 9), begin)
        elif data[at] == 0x21:
            at = _behind_blocks(data, at + 2, begin)
        else:
            raise _Broken(begin)
        if not _is_remark(data, begin):
            yield data[begin:at]


def _colours(data: bytes, at: int) -> int:
    """How many bytes the table of colours takes that these flags announce."""
    flags = data[at] if at < len(data) else 0
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _behind_blocks(data: bytes, at: int, begin: int) -> int:
    while at < len(data) and data[at]:
        at += data[at] + 1
    if at >= len(data):
        raise _Broken(begin)
    return at + 1


def _is_remark(data: bytes, at: int) -> bool:
    """Whether an extension tells something that is not seen: comments, XMP, profiles."""
    if data[at] != 0x21 or data[at + 1] in (0xF9, 0x01):
        return False
    return not (data[at + 1] == 0xFF and data[at + 3 : at + 14] in GIF_LOOPS)


def _jpeg(data: bytes) -> Iterator[bytes]:
    yield data[:2]
    at = 2
    while True:
        marker = data[at : at + 2]
        if len(marker) < 2 or marker[0] != 0xFF:
            raise _Broken(at)
        if marker[1] == 0xD9:
            yield marker
            return
        if marker[1] == 0xFF:  # padding
            at += 1
            continue
        end = at + 2 + max(2, int.from_bytes(data[at + 2 : at + 4]))
        if end > len(data):
            raise _Broken(at)
        if marker[1] == 0xDA:
            end = _behind_scan(data, end)
        yield _segment(data[at:end])
        at = end


def _behind_scan(data: bytes, at: int) -> int:
    """Where the next marker stands: stuffed bytes and restarts belong to the scan."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2
    return len(data)


def _segment(segment: bytes) -> bytes:
    """The segment, if it decides what is seen: tables, scans, JFIF, Adobe's and the colours; of
    Exif only which side is up.
    """
    kind, body = segment[1], segment[4:]
    if kind == 0xE1 and body.startswith(b"Exif\0\0"):
        turn = _orientation(body[6:])
        return _upright(turn) if turn > 1 else b""
    is_seen = (
        (kind == 0xE0 and body.startswith(b"JFIF\0"))
        or (kind == 0xE2 and body.startswith(b"ICC_PROFILE\0"))
        or kind == 0xEE
    )
    return segment if is_seen or not (0xE0 <= kind <= 0xEF or kind == 0xFE) else b""


def _orientation(tiff: bytes) -> int:
    """The side that is up, 1 to 8, of an Exif block; 1 where it says nothing."""
    order = "little" if tiff[:2] == b"II" else "big"
    at = int.from_bytes(tiff[4:8], order)
    for entry in range(min(200, int.from_bytes(tiff[at : at + 2], order))):
        field = tiff[at + 2 + 12 * entry :][:12]
        if int.from_bytes(field[:2], order) == ORIENTATION:
            turn = int.from_bytes(field[8:10], order)
            return turn if 1 <= turn <= 8 else 1
    return 1


def _upright(turn: int) -> bytes:
    """An Exif segment that says nothing but which side is up."""
    field = struct.pack(">HHIHH", ORIENTATION, 3, 1, turn, 0)
    body = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + field + bytes(4)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
