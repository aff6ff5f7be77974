import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from firstline.kit.images import Pictures, encode, may_be_picture

CANARY = b"secret-place-50.4501N"


def picture(
    kind: str, size: tuple[int, int] = (40, 20), mode: str = "RGB", **more: object
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode != "L" else 100).save(out, kind, **more)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
async def test_rasters_are_encoded_anew(kind: str) -> None:
    made = await Pictures().encode(picture(kind))
    assert made
    assert made.format == ("PNG" if kind == "GIF" else kind)
    assert (made.width, made.height) == (40, 20)
    assert opened(made.data).format == made.format
    assert may_be_picture(made.data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_metadata_comments_profiles_and_tails_stay_behind(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    more: dict[str, object] = {"exif": exif, "icc_profile": CANARY * 10}
    if kind == "JPEG":
        more["comment"] = CANARY
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", CANARY.decode())
        more["pnginfo"] = text
    data = picture(kind, **more) + b"<script>" + CANARY
    assert CANARY in data
    made = encode(data)
    assert made
    assert CANARY not in made.data
    assert b"<script>" not in made.data
    assert not opened(made.data).getexif()
    assert "icc_profile" not in opened(made.data).info


def test_the_turn_that_exif_asked_for_is_made() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    made = encode(picture("JPEG", exif=exif))
    assert made
    assert (made.width, made.height) == (20, 40)


def test_transparency_stays_and_animation_becomes_its_first_frame() -> None:
    clear = encode(picture("PNG", mode="RGBA"))
    assert clear
    assert opened(clear.data).mode == "RGBA"
    frames = [Image.new("P", (8, 8), color) for color in (1, 2, 3)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    made = encode(out.getvalue())
    assert made
    assert made.format == "PNG"
    assert getattr(opened(made.data), "n_frames", 1) == 1


def bomb(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(width * 3 + 1) * 50)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<html><script>alert(1)</script></html>",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n" + b"x" * 100,
        picture("PNG")[:-30],
        b"GIF89a/*" + b"alert(1)",
        bomb(50_000, 50_000),
        bomb(17_000, 1),
        picture("BMP"),
        picture("TIFF"),
        picture("ICO", size=(32, 32)),
    ],
    ids=lambda data: repr(data[:12]),
)
def test_everything_else_is_no_picture(data: bytes) -> None:
    assert encode(data) is None


def test_a_limit_of_pixels_holds() -> None:
    assert encode(picture("PNG", (100, 100)), max_pixels=9_999) is None
    assert encode(picture("PNG", (100, 100)), max_pixels=10_000)


@pytest.mark.parametrize(
    ("name", "kind", "named"),
    [
        ("a.gif", "GIF", "a.png"),
        ("a.JPG", "JPEG", "a.JPG"),
        ("photo.jpeg", "JPEG", "photo.jpeg"),
        ("page.html", "PNG", "page.png"),
        ("shot", "WEBP", "shot.webp"),
    ],
)
def test_the_name_tells_what_the_bytes_are(name: str, kind: str, named: str) -> None:
    made = encode(picture(kind))
    assert made
    assert made.file_name(name) == named
