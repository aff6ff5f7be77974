"""Raster images encoded anew: what comes out holds pixels only, so it may be shown inline.

Metadata (place, camera, comments), trailing data, scripts and everything that is not a raster
image stay behind. Run as a program it is what kit/images starts for each picture: the file comes
by the standard input, the answer leaves by the standard output. So a decoder that hangs, grows or
breaks takes nobody else along.
"""

import io
import os
import resource
import signal
import sys
from dataclasses import dataclass

from PIL import Image, ImageOps

from firstline.kit.metadata import strip_metadata

MAX_IMAGE_PIXELS = 25_000_000
MAX_SIDE = 16_000
# A picture of that many pixels takes up to 7 seconds and 700 MB.
MEMORY = 1024**3
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
SUFFIXES = {"PNG": (".png",), "JPEG": (".jpg", ".jpeg"), "WEBP": (".webp",)}


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


def encode(data: bytes, max_pixels: int = MAX_IMAGE_PIXELS) -> Picture | None:
    """The image encoded anew; None for what cannot be shown whole: no sound image, one that moves,
    one over the limits. Raises MemoryError; takes as long as the decoder does.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            width, height = image.size
            if width * height > max_pixels or max(width, height) > MAX_SIDE:
                return None
            if getattr(image, "is_animated", False):
                return None
            # A GIF of one frame becomes a PNG.
            return _encode(image, "PNG" if image.format == "GIF" else str(image.format))
    except MemoryError:
        raise
    except Exception:
        # Decoders raise whatever they like on broken files; such a file stays a download.
        return None


def _encode(image: Image.Image, kind: str) -> Picture:
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


def main() -> None:
    """Answer one line `FORMAT WIDTH HEIGHT` and the image encoded anew; or the line `-` and the
    file as it came, without its metadata.
    """
    most_pixels, seconds = map(int, sys.argv[1:])
    _bound_work(seconds)
    data = sys.stdin.buffer.read()
    picture = encode(data, most_pixels)
    head = f"{picture.format} {picture.width} {picture.height}" if picture else "-"
    sys.stdout.buffer.write(head.encode() + b"\n")
    sys.stdout.buffer.write(picture.data if picture else strip_metadata(data))
    sys.stdout.buffer.flush()


def _bound_work(seconds: int) -> None:
    """Bound time and memory of this process; people who are being answered come before it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us ends us
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
