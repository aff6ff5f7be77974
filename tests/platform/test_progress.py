"""How far a long command is: told to a terminal, and to nothing else."""

import asyncio
import io
import os
import sys
from pathlib import Path

import pytest

from firstline.cli.progress import ProgressLine, size_beside, ticking


def test_a_terminal_sees_how_far_it_is_and_a_clean_line_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    master, slave = os.openpty()
    with os.fdopen(slave, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with ProgressLine("rows") as line:
            line(5, 20_000)
            line(6, 20_000)  # too soon for another word
    shown = os.read(master, 1000).decode()
    os.close(master)
    assert "rows: 5 of 20,000" in shown
    assert "6 of" not in shown
    assert shown.endswith("\r\x1b[K")


async def test_a_log_gets_nothing_and_work_that_cannot_tell_is_looked_at(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".desk.backup.42").write_bytes(b"x" * 3 * 2**20)
    looks: list[str] = []

    def look() -> str:
        looks.append(size_beside(tmp_path / "desk.backup"))
        return looks[-1]

    monkeypatch.setattr(sys, "stderr", io.StringIO())
    async with ticking("backup", look):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert looks == ["3 MB"]
    assert sys.stderr.getvalue() == ""  # type: ignore[attr-defined]
