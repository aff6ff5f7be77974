"""A policy file tried against the log: what it says of the present is what the log itself says."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis

from firstline.app import Desk
from firstline.kit.db import Conn
from firstline.kit.errors import Invalid
from firstline.kit.migrate import migrate
from firstline.policy import default_text, load
from firstline.promises import obligations
from firstline.requests.actions import moves
from firstline.requests.actions.changes import amend
from firstline.seed import seed_if_empty
from firstline.settings import Settings
from firstline.timeline import Ledger
from firstline.trials import run as trial_run
from firstline.trials import store as trial_store
from firstline.trials.model import PromiseCount, late
from firstline.trials.run import try_policy
from tests.conftest import _create, _drop

from .hands import Hands
from .test_promise_property import STEPS, Model, Story

NOW = datetime(2026, 3, 11, 10, 30, tzinfo=UTC)
ANSWER = "first: 1h, next: 1h"
DEFAULT = load(default_text())
FIVE_MINUTES_TEXT = default_text().replace(ANSWER, "first: 5m, next: 5m")
FIVE_MINUTES = load(FIVE_MINUTES_TEXT)
A_DAY = load(default_text().replace(ANSWER, "first: 1d, next: 1d"))


@pytest.fixture(scope="module")
async def seeded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    name = f"tried_{uuid4().hex[:12]}"
    url = await _create(name)
    await migrate(url, now=NOW)
    folder: Path = tmp_path_factory.mktemp("data")
    desk = Desk(Settings(data=folder, secret=b"s" * 32, database_url=url), tell=lambda: NOW)
    assert await seed_if_empty(desk, now=NOW)
    await desk.policies.fresh(NOW)
    yield desk
    await desk.db.close()
    await _drop(name)


async def rows(desk: Desk, query: str) -> list[tuple[Any, ...]]:
    async with desk.db.connection() as conn:
        return await (await conn.execute(query)).fetchall()  # type: ignore[arg-type]


MISSED = """
select matter, data->>'promise', (data->>'due_at')::timestamptz from entries
where kind = 'promise_missed' order by 1, 3
"""
OWED = "select no, promise_kind, promise_since, promise_due_at from requests order by no"


async def replayed(desk: Desk, now: datetime) -> tuple[list[Any], list[Any]]:
    """What the log told again says was missed, and what is owed, as MISSED and OWED have it."""
    async with desk.db.connection() as conn:
        told = await trial_store.promising_logs(conn, 0, now - timedelta(days=900), now, 10_000)
    missed: list[Any] = []
    owed: list[Any] = []
    for request, entries in told:
        made = obligations(desk.policies.version(request.policy_version), request, entries)
        missed += [(request.no, one.kind, one.due_at) for one in made if late(one, now)]
        left = [(o.kind, o.since, o.due_at) for o in made if o.ended_at is None]
        owed.append((request.no, *(left[0] if left else (None, None, None))))
    return sorted(missed, key=lambda row: (row[0], row[2])), owed


@pytest.mark.asyncio(loop_scope="module")
async def test_the_month_told_again_says_what_the_log_says(seeded: Desk) -> None:
    missed, owed = await replayed(seeded, NOW)
    assert missed == await rows(seeded, MISSED) != []
    assert owed == await rows(seeded, OWED)
    assert {kind for _, kind, _, _ in owed} == {"answer", "delay", None}


@hypothesis(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
async def test_any_story_told_again_misses_and_owes_what_its_log_says(
    hands: Hands, conn: Conn, steps: list[tuple[str, int, int]]
) -> None:
    began = hands.now
    async with conn.transaction(force_rollback=True):
        hands.desk.ledger = Ledger(hands.desk.db)
        story = Story(hands, await hands.open(), Model())
        for step, minutes, n in steps:
            # An odd second each, so that nothing is said in the very moment when it is due.
            await story.let_pass(minutes)
            hands.clock.pass_by(seconds=1)
            await getattr(story, step)(n)
        await story.let_pass(61)
        hands.clock.pass_by(seconds=1)
        missed, owed = await replayed(hands.desk, hands.now)
        assert missed == await rows(hands.desk, MISSED)
        assert owed == await rows(hands.desk, OWED)
    hands.clock.now = began


@pytest.mark.asyncio(loop_scope="module")
async def test_the_version_in_force_would_change_nothing(seeded: Desk) -> None:
    # Read anew from its text, so that it is not the same object.
    trial = await try_policy(seeded.db, seeded.policies, DEFAULT, days=40, now=NOW)
    whole = trial.whole
    assert whole.late == whole.late_then == len(await rows(seeded, MISSED))
    assert whole.promises == whole.promises_then > 350
    assert (trial.fallen, trial.arisen, trial.turned_late, trial.turned_kept) == (0, 0, 0, 0)
    assert trial.listed == []


@pytest.mark.asyncio(loop_scope="module")
async def test_a_shorter_time_makes_answers_late_and_names_their_requests(seeded: Desk) -> None:
    trial = await try_policy(seeded.db, seeded.policies, FIVE_MINUTES, days=40, now=NOW)
    assert trial.whole.late < trial.whole.late_then < trial.whole.promises
    assert trial.whole.late_then - trial.whole.late == trial.turned_late - trial.turned_kept
    assert len(trial.listed) == trial.turned_late
    for turned in trial.listed:
        assert turned.due_before is not None
        assert turned.due_after < (turned.ended_at or NOW)
        assert turned.due_before >= (turned.ended_at or NOW)


@pytest.mark.asyncio(loop_scope="module")
async def test_parts_add_up_to_the_whole(seeded: Desk) -> None:
    trial = await try_policy(seeded.db, seeded.policies, FIVE_MINUTES, days=40, now=NOW)
    for parts in (trial.lines, trial.topics, trial.days):
        summed = PromiseCount()
        for figure in parts.values():
            summed.promises += figure.promises
            summed.late += figure.late
            summed.promises_then += figure.promises_then
            summed.late_then += figure.late_then
        assert summed == trial.whole
    assert {"first", "second", "administrators"} <= trial.lines.keys()
    assert len(trial.days) > 20


@pytest.mark.asyncio(loop_scope="module")
async def test_only_what_began_in_the_period_counts(seeded: Desk) -> None:
    month = await try_policy(seeded.db, seeded.policies, DEFAULT, days=40, now=NOW)
    week = await try_policy(seeded.db, seeded.policies, DEFAULT, days=7, now=NOW)
    first = (NOW - timedelta(days=7)).astimezone(DEFAULT.zone).date().isoformat()
    after = sum(f.promises for day, f in month.days.items() if day > first)
    assert after <= week.whole.promises < month.whole.promises
    assert min(week.days) >= first
    with pytest.raises(Invalid):
        await try_policy(seeded.db, seeded.policies, DEFAULT, days=0, now=NOW)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_file_without_targets_lets_every_promise_fall_but_those_people_gave(
    seeded: Desk,
) -> None:
    nothing = load("policy: {timezone: Europe/Kyiv}")
    trial = await try_policy(seeded.db, seeded.policies, nothing, days=40, now=NOW)
    ((notices,),) = await rows(seeded, "select count(*) from entries where kind = 'delay_notice'")
    assert trial.whole.promises_then == notices
    assert trial.fallen == trial.whole.promises - notices
    assert trial.arisen == 0


async def test_a_longer_time_keeps_what_was_broken_and_the_hand_over_rule_counts(
    hands: Hands,
) -> None:
    desk = hands.desk
    await hands.open()
    await hands.take("anna")
    hands.clock.pass_by(minutes=90)
    no = 1001
    await hands.say("anna", no)
    await hands.act(moves.hand_over, "anna", no, "What was tried")
    hands.clock.pass_by(minutes=30)

    longer = await try_policy(desk.db, desk.policies, A_DAY, now=hands.now)
    assert longer.whole == PromiseCount(promises=2, late=1, promises_then=2, late_then=0)
    assert (longer.turned_kept, longer.turned_late) == (1, 0)

    silent = load(default_text().replace(", hand_over_after_answer]", "]"))
    fewer = await try_policy(desk.db, desk.policies, silent, now=hands.now)
    assert (fewer.fallen, fewer.arisen) == (1, 0)
    assert fewer.lines["second"] == PromiseCount(promises=1)

    shorter = await try_policy(desk.db, desk.policies, FIVE_MINUTES, now=hands.now)
    (turned,) = shorter.listed
    assert (turned.request, turned.entry, turned.line, turned.ended_at) == (no, 4, "second", None)
    assert turned.due_before is not None
    assert turned.due_before - turned.due_after == timedelta(minutes=55)


async def test_a_request_is_compared_with_the_version_of_its_arrival(hands: Hands) -> None:
    desk = hands.desk
    await hands.open()
    await hands.govern(FIVE_MINUTES_TEXT)
    await hands.open("pavel")
    hands.clock.pass_by(minutes=30)
    trial = await try_policy(desk.db, desk.policies, FIVE_MINUTES, now=hands.now)
    assert trial.whole == PromiseCount(promises=2, late=1, promises_then=2, late_then=2)
    assert [turned.request for turned in trial.listed] == [1001]


async def test_a_topic_counts_as_it_was_when_the_words_were_said(hands: Hands) -> None:
    desk = hands.desk
    no = await hands.open()
    await hands.act(amend, "anna", no, topic="mail")
    mail = load(default_text().replace("targets:", "targets:\n  - {topic: mail, first: 5m}", 1))
    hands.clock.pass_by(minutes=30)
    trial = await try_policy(desk.db, desk.policies, mail, now=hands.now)
    assert trial.whole == PromiseCount(promises=1, promises_then=1)


async def test_the_log_is_read_in_pieces(
    hands: Hands, queries: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial_run, "PIECE", 2)
    for _ in range(3):
        await hands.open()
        await hands.open("pavel")
    queries.clear()
    trial = await try_policy(hands.desk.db, hands.desk.policies, DEFAULT, now=hands.now)
    assert trial.requests == 6
    assert len(queries) == 8, "two a piece of two, and an empty one at the end"
