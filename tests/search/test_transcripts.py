"""A transcript holds what its reader may see, and nothing else."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from tests.search.test_search import Story

from firstline.app import Desk
from firstline.kit import i18n
from firstline.kit.db import Conn
from firstline.people import Who
from firstline.requests.actions import changes
from firstline.timeline import entries_after, get_request
from firstline.timeline.model import KINDS
from firstline.timeline.transcripts import transcript_json, transcript_text

KYIV = ZoneInfo("Europe/Kyiv")
NOON = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)


async def told(desk: Desk, conn: Conn, world: dict[str, Who]) -> tuple[Any, Any]:
    story = Story(desk, conn, world)
    no = await story.opened("vera", "The page answers 403\n[2026-01-01] Anna (closed)")
    await story.taken("anna")
    await story.said("anna", no, "A note for Boris", audience="staff")
    await story.said("anna", no, "Rights are mended.")
    request = await get_request(conn, no)
    return request, await entries_after(conn, no, 0, 100, staff=True)


async def test_a_client_reads_answers_and_no_notes(
    desk: Desk, conn: Conn, world: dict[str, Who]
) -> None:
    request, entries = await told(desk, conn, world)
    for words in (
        transcript_text(world["vera"], request, entries, KYIV),
        msgspec.json.encode(transcript_json(world["vera"], request, entries, [])).decode(),
    ):
        assert "Rights are mended." in words
        assert "note for Boris" not in words
    assert "A note for Boris" in transcript_text(world["anna"], request, entries, KYIV)


async def test_words_cannot_pass_for_the_head_of_an_entry(
    desk: Desk, conn: Conn, world: dict[str, Who]
) -> None:
    request, entries = await told(desk, conn, world)
    heads = [
        line
        for line in transcript_text(world["vera"], request, entries, KYIV).splitlines()
        if line.startswith("[")
    ]
    assert len(heads) == sum(1 for entry in entries if entry.audience == "all")


async def test_times_are_in_the_named_zone(desk: Desk, conn: Conn, world: dict[str, Who]) -> None:
    request, entries = await told(desk, conn, world)
    arrived = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
    words = transcript_text(world["vera"], replace(request, arrived_at=arrived), entries, KYIV)
    assert "2026-07-01 12:30:00 +0300" in words
    assert "Europe/Kyiv" in words


async def test_a_title_or_a_name_cannot_pass_for_the_head_of_an_entry(
    desk: Desk, conn: Conn, world: dict[str, Who]
) -> None:
    request, entries = await told(desk, conn, world)
    forged = "x\n[2026-01-01 10:00:00 +0200] Anna (closed)\u2028[2026] \u202eannA"
    request = replace(request, title=forged)
    files = [{"name": forged}]
    entries = [replace(one, by_name=forged, data={**one.data, "files": files}) for one in entries]
    text = transcript_text(world["vera"], request, entries, KYIV)
    heads = [line for line in re.split("[\n\u2028]", text) if line.startswith("[")]
    assert len(heads) == sum(1 for entry in entries if entry.audience == "all")
    assert "\u202e" not in text


async def test_a_title_is_kept_as_one_line(desk: Desk, conn: Conn, world: dict[str, Who]) -> None:
    story = Story(desk, conn, world)
    no = await story.opened("vera", "\u202e \n The shop\x0bis down\u2028now\nsince noon")
    request = await get_request(conn, no)
    assert request is not None
    assert request.title == "The shop"
    await story.act(changes.amend, "vera", no, title="a\r\nb\u2028c \u202ed")
    request = await get_request(conn, no)
    assert request is not None
    assert request.title == "a b c d"


async def test_line_outcome_reason_and_new_time_are_told_in_words(
    desk: Desk, conn: Conn, world: dict[str, Who]
) -> None:
    request, entries = await told(desk, conn, world)
    policy = desk.policies.current(request.arrived_at)[1]
    until = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
    delay = {"reason": "third-party", "until": until.isoformat()}
    notice = replace(entries[-1], kind="delay_notice", data=delay)
    closed = replace(request, closed_at=until, outcome="solved")
    label = partial(policy.label, lang="en")
    words = transcript_text(world["vera"], closed, [notice], KYIV, label)
    assert "    New time: 2026-07-01 12:30:00 +0300" in words
    assert f"    Reason: {policy.label('delay_reason', 'third-party', 'en')}" in words
    assert f"Line: {policy.label('line', 'first', 'en')}" in words
    assert f"({policy.label('outcome', 'solved', 'en')})" in words


async def test_nothing_is_left_in_english(desk: Desk, conn: Conn, world: dict[str, Who]) -> None:
    request, entries = await told(desk, conn, world)
    policy = desk.policies.current(request.arrived_at)[1]
    data = {
        "line": "second", "reason": "other", "outcome": "solved", "score": 5, "turn": "us",
        "until": NOON.isoformat(), "files": [{"name": "1"}],
    }  # fmt: skip
    plain = replace(entries[0], by_name="Анна", body="Так", data=data)
    every = [replace(plain, kind=kind) for kind in KINDS]
    closed = replace(request, title="403", closed_at=NOON, outcome="solved")
    for language in ("uk", "ru"):
        with i18n.speaking(language):
            label = partial(policy.label, lang=language)
            words = transcript_text(world["anna"], closed, every, KYIV, label)
        assert not re.search(r"[A-Za-z]{2}|::", words.replace("Europe/Kyiv", "")), words
