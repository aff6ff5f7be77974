"""Raster images encoded anew: what comes out holds pixels only, so it may be shown inline.

Metadata (place, camera, comments), trailing data, scripts and everything that is not a raster
image stay behind. SVG and the like are refused here and remain downloads.
"""

import asyncio
import io
from dataclasses import dataclass

from PIL import Image, ImageOps

MAX_IMAGE_PIXELS = 25_000_000
MAX_SIDE = 16_000
MAX_CONCURRENT = 1
# What we read → what we write: a GIF becomes the PNG of its first frame.
FORMATS = {"PNG": "PNG", "JPEG": "JPEG", "WEBP": "WEBP", "GIF": "PNG"}
MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
SUFFIXES = {"PNG": (".png",), "JPEG": (".jpg", ".jpeg"), "WEBP": (".webp",)}
SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that we encoded: its bytes, type, and size in pixels."""

    data: bytes
    format: str
    width: int
    height: int

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.format]

    def file_name(self, name: str) -> str:
        """`name` with a suffix that tells what the bytes are now."""
        suffixes = SUFFIXES[self.format]
        if name.lower().endswith(suffixes):
            return name
        stem, dot, _ = name.rpartition(".")
        return (stem if dot else name) + suffixes[0]


def may_be_picture(head: bytes) -> bool:
    """Whether the first bytes are those of a format we read; nothing is trusted by it."""
    return head.startswith(SIGNATURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


class Pictures:
    """Encodes a few images at a time in threads: an image takes 4 bytes a pixel while it is open.

    `max_pixels` bounds that memory; a larger image is told by its header, before it is read.
    """

    def __init__(
        self, *, max_pixels: int = MAX_IMAGE_PIXELS, concurrent: int = MAX_CONCURRENT
    ) -> None:
        self._max_pixels = max_pixels
        self._free = asyncio.Semaphore(concurrent)

    async def encode(self, data: bytes) -> Picture | None:
        """Return the image encoded anew; None for anything that is no sound image within limits."""
        async with self._free:
            return await asyncio.to_thread(encode, data, self._max_pixels)


def encode(data: bytes, max_pixels: int = MAX_IMAGE_PIXELS) -> Picture | None:
    """Decode and encode `data`; see Pictures.encode. Blocks."""
    try:
        with Image.open(io.BytesIO(data), formats=tuple(FORMATS)) as image:
            width, height = image.size
            if width * height > max_pixels or max(width, height) > MAX_SIDE:
                return None
            return _encode(image, FORMATS[str(image.format)])
    except Exception:
        # Decoders raise whatever they like on broken files; such a file stays a download.
        return None


def _encode(image: Image.Image, kind: str) -> Picture:
    image.seek(0)
    upright = ImageOps.exif_transpose(image)
    clear = "transparency" in upright.info or upright.mode in ("RGBA", "LA", "PA", "La", "RGBa")
    pixels = upright.convert("RGBA" if clear and kind != "JPEG" else "RGB")
    # Savers copy comments and colour profiles from here.
    pixels.info.clear()
    out = io.BytesIO()
    if kind == "JPEG":
        pixels.save(out, "JPEG", quality=90, optimize=True)
    elif kind == "WEBP":
        pixels.save(out, "WEBP", quality=90, method=2)
    else:
        pixels.save(out, "PNG", compress_level=6)
    return Picture(out.getvalue(), kind, pixels.width, pixels.height)
