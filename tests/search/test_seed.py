"""The demo's month: told by real actions, so it must obey every rule it shows."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.conftest import _create, _drop

from firstline.app import Desk
from firstline.seed import seed_if_empty
from firstline.seed.stories import past_stories, still_open
from firstline.settings import Settings

NOW = datetime(2026, 3, 11, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
async def seeded(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from firstline.kit.migrate import migrate

    name = f"seeded_{uuid4().hex[:12]}"
    url = await _create(name)
    await migrate(url, now=NOW)
    folder: Path = tmp_path_factory.mktemp("data")
    settings = Settings(data=folder, secret=b"s" * 32, database_url=url)
    desk = Desk(settings, tell=lambda: NOW)
    assert await seed_if_empty(desk, now=NOW)
    yield desk
    await desk.db.close()
    await _drop(name)


async def rows(desk: Desk, query: str) -> list[tuple[Any, ...]]:
    async with desk.db.connection() as conn:
        return await (await conn.execute(query)).fetchall()  # type: ignore[arg-type]


@pytest.mark.asyncio(loop_scope="module")
async def test_the_month_is_told_once_and_obeys_the_rules(seeded: Desk) -> None:
    assert not await seed_if_empty(seeded, now=NOW)
    (requests, entries) = (
        await rows(seeded, "select (select count(*) from requests), (select count(*) from entries)")
    )[0]
    assert requests == 350 + len(still_open())
    assert entries > 2_000
    late = await rows(
        seeded,
        "select q.no from requests q join requests r on r.no = q.no + 1 "
        "where r.arrived_at < q.arrived_at",
    )
    assert late == [], "numbers are the order of arrival"
    assert await rows(seeded, "select 1 from entries where at > '2026-03-11 10:30+00'") == []


@pytest.mark.asyncio(loop_scope="module")
async def test_every_line_and_state_has_something_open(seeded: Desk) -> None:
    found = await rows(seeded, "select distinct line, state from requests where closed_at is null")
    assert {("first", "waiting"), ("second", "waiting"), ("administrators", "waiting")} <= {*found}
    assert {"waiting", "with_us", "with_client", "with_third_party"} == {s for _, s in found}
    chats = await rows(
        seeded,
        "select holder, count(*) from requests where closed_at is null and mode = 'chat' "
        "and holder is not null group by holder",
    )
    assert all(count <= 1 for _, count in chats)
    broken = await rows(
        seeded, "select no from requests where closed_at is null and promise_due_at <= "
        "'2026-03-11 10:30+00'",
    )  # fmt: skip
    assert broken == []


@pytest.mark.asyncio(loop_scope="module")
async def test_most_is_solved_by_the_first_line_and_departures_have_reasons(seeded: Desk) -> None:
    ((closed, passed),) = await rows(
        seeded,
        "select count(*), count(*) filter (where r.reopened > 0 or exists (select from entries e "
        "where e.matter = r.no and e.kind = 'handed_over')) "
        "from requests r where closed_at is not null",
    )
    assert 0.80 <= 1 - passed / closed <= 0.90
    kinds = {k for (k,) in await rows(seeded, "select distinct kind from entries")}
    assert {
        *("note", "skipped", "handed_over", "sent_back", "delay_notice", "promise_missed"),
        *("closed", "reopened", "rated"),
    } <= kinds
    missed = await rows(
        seeded, "select count(*), count(distinct matter) from entries "
        "where kind = 'promise_missed'",
    )  # fmt: skip
    assert missed == [(1, 1)], "one story tells of a broken promise; nobody else is left waiting"
    silent = await rows(seeded, "select 1 from requests where closed_by is null and state='closed'")
    assert silent, "automatic closing after silence"
    departures = await rows(
        seeded, "select data->>'departure' from entries where data ? 'departure'"
    )
    assert {"skipped", "out_of_order"} <= {d for (d,) in departures}
    ((missed,),) = await rows(
        seeded, "select count(*) from entries where kind = 'promise_missed' "
        "and data->>'promise' = 'delay'",
    )  # fmt: skip
    assert missed == 1


@pytest.mark.asyncio(loop_scope="module")
async def test_nothing_of_the_past_is_left_to_be_done(seeded: Desk) -> None:
    assert await rows(seeded, "select 1 from unread") == []
    assert await rows(seeded, "select 1 from outbox where state = 'waiting'") == []
    overdue = await rows(
        seeded,
        "select 1 from due_times where state = 'armed' and due_at <= '2026-03-11 10:30+00'",
    )
    assert overdue == []
    unread = await rows(
        seeded,
        "select r.no from requests r where not exists "
        "(select from search_words w where w.matter = r.no)",
    )
    assert unread == []


def test_the_stories_have_three_languages_and_only_known_steps() -> None:
    known = {
        *("client", "outreach", "staff", "note", "take", "up", "back", "delay", "close", "rate"),
        *("again", "silence"),
    }
    for language in ("en", "uk", "ru"):
        stories = past_stories(language)
        assert len(stories) >= 14
        assert {step.act for story in stories for step in story.steps} <= known
        assert all(story.steps[0].act in ("client", "outreach") for story in stories)


@pytest.mark.asyncio(loop_scope="module")
async def test_readers_open_vote_search_in_vain_and_are_spared_a_request(seeded: Desk) -> None:
    ((opened, votes, missing, vain, spared),) = await rows(
        seeded,
        "select (select count(*) from article_readers),"
        " (select count(*) from article_votes),"
        " (select count(*) from article_votes where missing <> ''),"
        " (select count(*) from wiki_unfound where times > 1),"
        " (select count(*) from suggested_articles where opened_at is not null)",
    )
    assert opened > 20
    assert votes > 150
    assert missing >= 8
    assert vain >= 8
    assert spared >= 10
    verdicts = await rows(seeded, "select distinct verdict from evidence where measure = 'linked'")
    assert {("kept",), ("broken",)} <= {*verdicts}
