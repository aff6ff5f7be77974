import errno
import os
import unicodedata
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.kit.errors import Invalid, Missing, TooLarge, Unavailable
from firstline.kit.files import (
    FILE_LIMIT,
    Files,
    FolderFiles,
    bytes_of,
    clean_name,
    disposition,
    media_type,
    read,
)
from tests.memory import MemoryFiles


@pytest.fixture(params=["folder", "memory"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    return FolderFiles(tmp_path / "files") if request.param == "folder" else MemoryFiles()


async def stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def test_a_file_is_kept_read_and_deleted(files: Files) -> None:
    stored = await files.put(stream(b"one ", b"two"))
    assert (stored.size, stored.sha) == (7, sha256(b"one two").digest())
    assert len(stored.key) == 32
    assert await read(files, stored.key) == b"one two"
    assert await files.keys() == [stored.key]
    await files.delete(stored.key)
    await files.delete(stored.key)
    assert not await files.exists(stored.key)
    with pytest.raises(Missing):
        await read(files, stored.key)


async def test_over_the_limit_nothing_stays(files: Files, tmp_path: Path) -> None:
    read_so_far = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read_so_far
        while True:
            read_so_far += 1_000_000
            yield b"x" * 1_000_000

    with pytest.raises(TooLarge) as refused:
        await files.put(endless())
    assert refused.value.extra == {"field": "file"}
    assert "25 MB" in refused.value.detail
    assert read_so_far <= FILE_LIMIT + 1_000_000
    assert await files.keys() == []
    assert not list(tmp_path.rglob("*.part"))


async def test_a_broken_upload_leaves_nothing_and_a_killed_one_is_tidied(tmp_path: Path) -> None:
    files = FolderFiles(tmp_path)

    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await files.put(broken())
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab" / "0.part").write_bytes(b"half")
    assert await files.tidy(before=datetime.now(UTC) - timedelta(hours=1)) == 0
    assert await files.tidy(before=datetime.now(UTC) + timedelta(hours=1)) == 1


@pytest.mark.parametrize(
    "key", ["../../etc/passwd", "", "ab", "AB" * 16, "/" * 32, "a" * 31 + "\n"]
)
async def test_only_a_key_is_ever_a_path(files: Files, key: str) -> None:
    with pytest.raises(Missing):
        await read(files, key)


async def test_a_full_disk_is_said_and_nothing_is_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    (tmp_path / "files").mkdir()
    with pytest.raises(Unavailable):
        await FolderFiles(tmp_path).put(bytes_of(b"x"))
    assert await FolderFiles(tmp_path).keys() == []


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("screen.png", "screen.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\error.log", "error.log"),
        ("\u202egnp.exe", "gnp.exe"),
        ("in\u200bvoice\u2028.p\u0000df", "invoice.pdf"),
        ("a\r\nX-Evil: 1.txt", "a X-Evil_ 1.txt"),
        ("ｐａｓｓ．txt", "ｐａｓｓ.txt"),
        ("рахунок № 5 ½.pdf", "рахунок № 5 ½.pdf"),
        ("Å² ﬁn™…ok.txt", "Å² ﬁn™…ok.txt"),
        ("сім'я 👩\u200d👩\u200d👧.jpg", "сім'я 👩\u200d👩\u200d👧.jpg"),
        ("می\u200cخواهم.pdf", "می\u200cخواهم.pdf"),
        ("ht\u200dac\u200ccess\u200d.txt", "htaccess.txt"),
        ("..／..＼etc／passwd", "passwd"),
        ("рахунок за жовтень.pdf", "рахунок за жовтень.pdf"),
        ("con.txt", "_con.txt"),
        ("name. . ", "name"),
        ('a"b<c>.txt', "a_b_c_.txt"),
    ],
)
def test_names_are_cleaned(raw: str, clean: str) -> None:
    assert clean_name(raw) == clean


@pytest.mark.parametrize(
    "raw",
    [
        ".htaccess",
        "\u200b.htaccess",
        "\u2060\ufeff .htaccess",
        "x/.htaccess",
        "\u2024htaccess",
        "．htaccess",
        "\u00ad.env",
        "\u200d.env",
        "\u2026env",
        "\U000e0001.htaccess",
    ],
)
def test_dot_files_are_refused_however_they_hide(raw: str) -> None:
    with pytest.raises(Invalid, match="begins with a dot") as refused:
        clean_name(raw)
    assert refused.value.extra == {"field": "name"}


@pytest.mark.parametrize("raw", ["", " ", "..", "/", "\u200b", "\u202e\u2028", ". ."])
def test_nameless_files_are_refused(raw: str) -> None:
    with pytest.raises(Invalid):
        clean_name(raw)


def test_long_names_keep_their_suffix() -> None:
    assert clean_name("x" * 500 + ".pdf") == "x" * 116 + ".pdf"
    long = clean_name("ї" * 300 + ".pdf")
    assert long.endswith("ї.pdf")
    assert len(long.encode()) <= 200


@given(st.text(max_size=300))
def test_a_cleaned_name_is_always_harmless(raw: str) -> None:
    try:
        name = clean_name(raw)
    except Invalid:
        return
    assert name
    assert len(name) <= 121
    assert len(name.encode()) <= 201
    assert not name.startswith(".")
    assert name == name.strip()
    assert not set(name) & set('/\\<>:"|?*\r\n\0')
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in name)
    assert clean_name(name) == name
    said = disposition(name)
    assert said.isascii()
    assert said.isprintable()
    assert said.count('"') == 2


def test_the_disposition_names_the_file_in_both_forms() -> None:
    assert disposition("рахунок 1.pdf") == (
        "attachment; filename=\"_______ 1.pdf\"; filename*=UTF-8''"
        "%D1%80%D0%B0%D1%85%D1%83%D0%BD%D0%BE%D0%BA%201.pdf"
    )
    assert disposition("a.png", inline=True).startswith('inline; filename="a.png";')


def test_active_types_are_plain_bytes() -> None:
    for name in ("a.svg", "a.html", "a.xhtml", "a.xml", "a.js", "a.swf", "a", "a.php", "a.svgz"):
        assert media_type(name) == "application/octet-stream"
    assert media_type("A.PDF") == "application/pdf"
