"""How far it is from the command to the arithmetic: `policy due` is not a tower of calls."""

import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from firstline.cli import policy_files as cli

ROOT = Path(__file__).parents[2]
OWN, ARITHMETIC = "/src/firstline/", "/src/firstline/policy/time/"
DEEPEST = 8
FILES = ["clouddigit", "serverstation54", "ph9", "seed-hostiquant", "infomaniak", "xserver"]


def own_frames(frame: FrameType | None) -> Iterator[str]:
    """Firstline's functions that are being called, the innermost first, up to the command."""
    while frame is not None:
        if OWN in frame.f_code.co_filename:
            name = frame.f_code.co_qualname
            # A comprehension is no function that somebody wrote and has to follow.
            if not name.endswith(">"):
                yield name
        if frame.f_code is cli._due.__code__:
            return
        frame = frame.f_back


@pytest.mark.parametrize("name", FILES)
def test_the_arithmetic_is_at_most_eight_calls_below_the_command(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    deepest: list[str] = []

    def entered(frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal deepest
        if event != "call" or ARITHMETIC not in frame.f_code.co_filename:
            return
        if frame.f_back is not None and ARITHMETIC in frame.f_back.f_code.co_filename:
            return
        way = list(own_frames(frame))
        deepest = max(deepest, way, key=len)

    asked = Namespace(
        file=ROOT / "examples" / "policies" / f"{name}.yaml",
        given='{"received": "2026-03-06T17:00", "topic": "web"}',
    )
    cli._due(asked)  # what is imported on the way is imported
    sys.setprofile(entered)
    try:
        cli._due(asked)
    finally:
        sys.setprofile(None)
    capsys.readouterr()
    assert 2 < len(deepest) <= DEEPEST, " < ".join(deepest)
