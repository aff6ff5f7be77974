import asyncio
import io
import struct
import time
import zlib
from itertools import pairwise
from typing import Any

import pytest
from PIL import Image, ImageSequence, PngImagePlugin

from firstline.kit.errors import Invalid
from firstline.kit.images import Pictures, may_be_picture, may_tell
from firstline.kit.metadata import strip_metadata
from firstline.kit.pixels import Picture, encode

CANARY = b"secret-place-50.4501N"


def picture(kind: str, size: tuple[int, int] = (40, 20), mode: str = "RGB", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode != "L" else 100).save(out, kind, **more)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
async def test_rasters_are_encoded_anew(kind: str) -> None:
    made = await Pictures().encode(picture(kind), "vera")
    assert isinstance(made, Picture)
    assert made.format == ("PNG" if kind == "GIF" else kind)
    assert (made.width, made.height) == (40, 20)
    assert opened(made.data).format == made.format
    assert may_be_picture(made.data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_metadata_comments_profiles_and_tails_stay_behind(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    more: dict[str, Any] = {"exif": exif, "icc_profile": CANARY * 10}
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


def test_transparency_stays() -> None:
    clear = encode(picture("PNG", mode="RGBA"))
    assert clear
    assert opened(clear.data).mode == "RGBA"


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "green", "blue")]
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    out = io.BytesIO()
    more: dict[str, Any] = {"comment": CANARY} if kind == "GIF" else {"exif": exif}
    frames[0].save(
        out,
        kind,
        save_all=True,
        append_images=frames[1:],
        duration=70,
        loop=0,
        lossless=True,
        **more,
    )
    return out.getvalue()


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
async def test_what_moves_keeps_every_frame_and_loses_its_metadata(kind: str) -> None:
    data = moving(kind) + CANARY
    assert data.count(CANARY) > 1
    found = await Pictures().encode(data, "vera")
    assert isinstance(found, bytes)
    assert CANARY not in found
    before, after = opened(data), opened(found)
    assert after.info["loop"] == 0
    for old, new in zip(ImageSequence.Iterator(before), ImageSequence.Iterator(after), strict=True):
        assert old.convert("RGBA").tobytes() == new.convert("RGBA").tobytes()
        assert new.info["duration"] == 70


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_over_the_limit_keeps_its_pixels_and_its_turn_and_loses_its_place(
    kind: str,
) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, CANARY.decode()
    exif.get_ifd(0x8825)[2] = (50.0, 27.0, 0.5)
    data = picture(kind, exif=exif, comment=CANARY) + CANARY
    found = await Pictures(max_pixels=700).encode(data, "vera")
    assert isinstance(found, bytes)
    assert CANARY not in found
    before, after = opened(data), opened(found)
    assert before.tobytes() == after.tobytes()
    assert not after.getexif().get_ifd(0x8825)
    if kind == "JPEG":
        assert dict(after.getexif()) == {0x0112: 6}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_file_that_breaks_off_anywhere_keeps_what_there_is_of_its_pixels(kind: str) -> None:
    whole = moving(kind) if kind != "JPEG" else picture(kind, (64, 64), progressive=True)
    for end in range(len(whole)):
        part = strip_metadata(whole[:end])
        assert strip_metadata(part) == part
    assert strip_metadata(strip_metadata(whole)) == strip_metadata(whole)


def scans_without_end() -> bytes:
    """A progressive JPEG with 50,000 empty scans, each of which is read over all pixels."""
    whole = picture("JPEG", (3000, 3000), progressive=True)
    return whole[:-2] + bytes.fromhex("ffda0008010100013f00") * 50_000 + whole[-2:]


async def test_a_picture_that_decodes_without_end_is_refused_and_others_are_not() -> None:
    with pytest.raises(Invalid, match="too much work") as refused:
        await Pictures(seconds=1).encode(scans_without_end(), "mallory")
    assert refused.value.extra == {"field": "file"}
    assert isinstance(await Pictures().encode(picture("PNG"), "vera"), Picture)


def test_a_frame_larger_than_its_screen_counts_as_large_as_it_is() -> None:
    whole = picture("GIF", (8, 8))
    frame = whole.index(b",\0\0\0\0\x08\0\x08\0")
    grown = whole[: frame + 5] + b"\xff\xff\xff\xff" + whole[frame + 9 :]
    assert encode(grown) is None


async def test_one_person_does_not_take_all_places_and_nobody_holds_the_loop() -> None:
    pictures, hostile = Pictures(seconds=2), scans_without_end()
    begun = [asyncio.create_task(pictures.encode(hostile, "mallory")) for _ in range(3)]
    await asyncio.sleep(0.1)
    moments = [time.perf_counter()]

    async def beat() -> None:
        while True:
            await asyncio.sleep(0.005)
            moments.append(time.perf_counter())

    pulse = asyncio.create_task(beat())
    assert isinstance(await pictures.encode(picture("PNG"), "vera"), Picture)
    assert not any(task.done() for task in begun[1:]), "the others of that person still wait"
    for task in (pulse, *begun):
        task.cancel()
    await asyncio.gather(pulse, *begun, return_exceptions=True)
    print(f"longest hold: {max(b - a for a, b in pairwise(moments)) * 1000:.0f} ms")


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


def told(kind: str) -> bytes:
    """A picture of this kind that tells a place, by Exif, XMP and its own fields."""
    exif = Image.Exif()
    exif[0x010E], exif[0x013B], exif[0x8298] = (CANARY.decode() for _ in range(3))
    exif.get_ifd(0x8769)[0x9286] = CANARY
    exif.get_ifd(0x8825)[0x001B] = CANARY
    more: dict[str, Any] = {"exif": exif}
    if kind == "AVIF":
        more["xmp"] = b"<x:xmpmeta>" + CANARY + b"</x:xmpmeta>"
    if kind == "TIFF":
        more["tiffinfo"] = {700: b"<x:xmpmeta>" + CANARY}
    out = io.BytesIO()
    noise = Image.effect_noise((64, 48), 90).convert("RGB")
    noise.save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["AVIF", "TIFF"])
def test_other_pictures_tell_nothing_and_look_the_same(kind: str) -> None:
    data = told(kind)
    assert CANARY in data
    made = strip_metadata(data)
    assert CANARY not in made
    assert len(made) == len(data)
    assert may_tell(made[:16])
    assert opened(made).tobytes() == opened(data).tobytes()
    assert CANARY.decode() not in str(dict(opened(made).getexif()))


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def heic(exif: bytes, *, inside: bool = False) -> bytes:
    """A HEIC as telephones write it, with an Exif item of which `iloc` tells the place."""
    entry = box(b"infe", b"\2\0\0\1", struct.pack(">HH", 1, 0), b"Exif", b"\0")
    names = box(b"iinf", bytes(4), struct.pack(">H", 1), entry)
    head = box(b"ftyp", b"heic", bytes(4), b"mif1heic")

    def meta(at: int) -> bytes:
        sizes = struct.pack(">BBBBBB", 1, 0, 0, 0, 0x44, 0x40)
        places = struct.pack(">HHHHIHII", 1, 1, int(inside), 0, 0, 1, at, len(exif))
        store = box(b"idat", exif) if inside else b""
        return box(b"meta", bytes(4), names, box(b"iloc", sizes, places), store)

    at = 0 if inside else len(head) + len(meta(0)) + 8
    return head + meta(at) + box(b"mdat", b"pixels" if inside else exif + b"pixels")


@pytest.mark.parametrize("inside", [False, True])
def test_a_heic_tells_nothing_and_stays_as_long(inside: bool) -> None:
    data = heic(bytes(4) + b"II*\0" + CANARY * 3, inside=inside)
    made = strip_metadata(data)
    assert CANARY not in made
    assert b"pixels" in made
    assert len(made) == len(data)
    assert made[:20] == data[:20]


def test_films_tell_no_place() -> None:
    track = box(b"trak", box(b"udta", CANARY), box(b"mdia", b"sound of it"))
    told_by_all = box(b"udta", box(b"\xa9xyz", CANARY)), box(b"meta", CANARY)
    film = box(b"ftyp", b"qt  ", bytes(4)) + box(b"moov", box(b"mvhd", b"1"), track, *told_by_all)
    film += box(b"uuid", CANARY) + box(b"mdat", b"frames")
    made = strip_metadata(film)
    assert CANARY not in made
    assert len(made) == len(film)
    for stays in (b"mvhd", b"sound of it", b"frames"):
        assert stays in made


@pytest.mark.parametrize("data", [told("AVIF"), told("TIFF"), heic(bytes(40))])
def test_broken_files_of_these_kinds_end_and_stay_downloads(data: bytes) -> None:
    for seed in range(400):
        broken = bytearray(data[: len(data) - seed * 3 % len(data)])
        for step in range(6):
            broken[(seed * 7919 + step * 104729) % len(broken)] = (seed * 31 + step) % 256
        assert len(strip_metadata(bytes(broken))) == len(broken)
    loop = bytearray(told("TIFF"))
    loop[-4:] = loop[4:8]
    assert len(strip_metadata(bytes(loop))) == len(loop)
