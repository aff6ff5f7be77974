"""A policy file tried against the log: what it says of the present is what the log itself says."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.app import Desk
from firstline.kit.errors import Invalid
from firstline.kit.migrate import migrate
from firstline.promises import trial_store
from firstline.promises.trial import Figure, Promised, Step, Told, Trial, promises
from firstline.promises.trial_run import try_policy
from firstline.regulations import default_text, load
from firstline.regulations import store as versions_store
from firstline.regulations.versions import EVER
from firstline.seed import seed_if_empty
from firstline.settings import Settings
from tests.conftest import _create, _drop

NOW = datetime(2026, 3, 11, 10, 30, tzinfo=UTC)
ANSWER = "first: 1h, next: 1h"
DEFAULT = load(default_text())
FIVE_MINUTES_TEXT = default_text().replace(ANSWER, "first: 5m, next: 5m")
FIVE_MINUTES = load(FIVE_MINUTES_TEXT)
A_DAY = load(default_text().replace(ANSWER, "first: 1d, next: 1d"))


async def month(folder: Path, text: str) -> AsyncIterator[Desk]:
    """The demo's month on a desk whose first version is `text`."""
    name = f"tried_{uuid4().hex[:12]}"
    url = await _create(name)
    await migrate(url, now=NOW)
    desk = Desk(Settings(data=folder, secret=b"s" * 32, database_url=url), tell=lambda: NOW)
    await desk.db.open()
    async with desk.db.connection() as conn:
        await versions_store.add(conn, 1, text, EVER, None, NOW)
        await versions_store.add_lines(conn, [line.id for line in DEFAULT.lines])
    assert await seed_if_empty(desk, now=NOW)
    yield desk
    await desk.db.close()
    await _drop(name)


@pytest.fixture(scope="module")
async def seeded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    async for desk in month(tmp_path_factory.mktemp("month"), default_text()):
        yield desk


@pytest.fixture(scope="module")
async def broken(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """The same month under a promise of five minutes: many are broken."""
    async for desk in month(tmp_path_factory.mktemp("broken"), FIVE_MINUTES_TEXT):
        yield desk


async def rows(desk: Desk, query: str) -> list[tuple[Any, ...]]:
    async with desk.db.connection() as conn:
        return await (await conn.execute(query)).fetchall()  # type: ignore[arg-type]


async def replayed(desk: Desk) -> dict[int, list[Promised]]:
    async with desk.db.connection() as conn:
        told = await trial_store.told(conn, 0, NOW - timedelta(days=60), NOW, 10_000)
    return {one.no: promises(one, desk.policies.version(one.version)) for one in told}


async def missed(desk: Desk) -> list[tuple[Any, ...]]:
    return await rows(
        desk,
        "select request_no, data->>'promise', (data->>'due_at')::timestamptz from entries "
        "where kind = 'promise_missed' order by 1, 3",
    )


@pytest.mark.asyncio(loop_scope="module")
async def test_the_log_told_again_misses_what_the_log_says_was_missed(
    seeded: Desk, broken: Desk
) -> None:
    found: list[int] = []
    for desk in (seeded, broken):
        told = await replayed(desk)
        again = [(no, p.kind, p.due_at) for no, made in told.items() for p in made if p.late(NOW)]
        logged = await missed(desk)
        assert sorted(again, key=lambda r: (r[0], r[2])) == logged
        found.append(len(logged))
    assert found[1] > 50 > found[0] > 0, "there is something to compare"


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_owed_after_telling_the_log_again_is_what_the_desk_says_is_owed(
    seeded: Desk, broken: Desk
) -> None:
    kinds: set[str | None] = set()
    for desk in (seeded, broken):
        owed = await rows(
            desk, "select no, promise_kind, promise_since, promise_due_at from requests order by no"
        )
        told = await replayed(desk)
        left = {no: [p for p in made if p.ended_at is None] for no, made in told.items()}
        assert [
            (no, *((p[0].kind, p[0].since, p[0].due_at) if p else (None, None, None)))
            for no, p in sorted(left.items())
        ] == owed
        kinds |= {kind for _, kind, _, _ in owed}
    assert kinds == {"answer", "delay", None}


@pytest.mark.asyncio(loop_scope="module")
async def test_the_version_in_force_would_change_nothing(seeded: Desk, broken: Desk) -> None:
    for desk in (seeded, broken):
        policy = desk.policies.current(NOW)[1]
        trial = await try_policy(desk.db, desk.policies, policy, days=40, now=NOW)
        whole = trial.whole
        assert whole.late == whole.late_then == len(await missed(desk))
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
async def test_a_longer_time_keeps_what_was_broken(broken: Desk) -> None:
    trial = await try_policy(broken.db, broken.policies, A_DAY, days=40, now=NOW)
    assert trial.turned_kept > 0
    assert trial.turned_late == 0
    # A delay notice names its own time, which no file changes.
    assert trial.whole.late_then == trial.whole.late - trial.turned_kept


@pytest.mark.asyncio(loop_scope="module")
async def test_parts_add_up_to_the_whole(seeded: Desk) -> None:
    trial = await try_policy(seeded.db, seeded.policies, FIVE_MINUTES, days=40, now=NOW)
    for parts in (trial.lines, trial.topics, trial.days):
        summed = Figure()
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
    first = (NOW - timedelta(days=7)).astimezone(DEFAULT.zone).date()
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


def told(*steps: tuple[str, int] | tuple[str, int, Any], **more: Any) -> Told:
    """A request with steps of (what, minutes after its arrival, value or until)."""
    made: list[Step] = []
    for no, (what, minutes, *value) in enumerate(steps, 1):
        until = NOW + timedelta(minutes=value[0]) if what == "delay_notice" else None
        word = None if until else (value[0] if value else None)
        made.append(Step(no, what, NOW + timedelta(minutes=minutes), word, until))  # type: ignore[arg-type]
    plain = Told(1, "Words", "web", None, "", "", "chat", 1, ())
    return replace(plain, steps=tuple(made), **more)


def spans(one: Told, policy: Any = DEFAULT) -> list[tuple[int, str, int, int | None]]:
    """(entry, kind, minutes until due, minutes until it ended) of each promise."""
    return [
        (
            p.no,
            p.kind,
            int((p.due_at - NOW).total_seconds() // 60),
            int((p.ended_at - NOW).total_seconds() // 60) if p.ended_at else None,
        )
        for p in promises(one, policy)
    ]


def test_the_first_unanswered_word_starts_the_promise_and_a_person_meets_it() -> None:
    one = told(("opened", 0), ("client", 10), ("answer", 50), ("client", 70), ("client", 80))
    assert spans(one) == [(1, "answer", 60, 50), (4, "answer", 130, None)]


def test_a_hand_over_keeps_what_is_owed_and_after_an_answer_makes_a_new_promise() -> None:
    unanswered = told(("opened", 0), ("handed_over", 20, "second"), ("answer", 50))
    assert spans(unanswered) == [(1, "answer", 60, 50)]
    answered = told(("opened", 0), ("answer", 10), ("handed_over", 20, "second"))
    assert spans(answered) == [(1, "answer", 60, 10), (3, "answer", 80, None)]
    silent = load(default_text().replace(", hand_over_after_answer]", "]"))
    assert spans(answered, silent) == [(1, "answer", 60, 10)]


def test_a_delay_notice_moves_a_promise_and_breaks_apart_from_it() -> None:
    one = told(("opened", 0), ("delay_notice", 70, 100), ("answer", 120))
    assert spans(one) == [(1, "answer", 60, 70), (2, "delay", 100, 120)]
    assert [p.late(NOW + timedelta(days=1)) for p in promises(one, DEFAULT)] == [True, True]


def test_a_promise_is_kept_at_its_very_moment_and_owed_ones_are_late_only_after_it() -> None:
    one = told(("opened", 0), ("closed", 60), ("reopened", 90))
    kept, owed = promises(one, DEFAULT)
    assert not kept.late(NOW + timedelta(days=1))
    assert not owed.late(owed.due_at)
    assert owed.late(owed.due_at + timedelta(seconds=1))


def test_topic_and_line_are_those_of_the_moment() -> None:
    text = default_text().replace(
        "targets:", "targets:\n  - {topic: mail, line: second, first: 15m, next: 15m}", 1
    )
    steps = (
        ("opened", 0), ("answer", 5), ("topic", 6, "mail"), ("client", 10), ("answer", 20),
        ("handed_over", 30, "second"),
    )  # fmt: skip
    assert spans(told(*steps), load(text)) == [
        (1, "answer", 60, 5), (4, "answer", 70, 20), (6, "answer", 45, None),
    ]  # fmt: skip


WHAT = st.sampled_from(
    ["client", "answer", "closed", "handed_over", "sent_back", "reopened", "delay_notice"]
)


@given(st.lists(st.tuples(WHAT, st.integers(1, 200), st.integers(1, 300)), max_size=12))
@settings(max_examples=150, deadline=None)
def test_whatever_happens_a_longer_time_is_never_broken_more_often(
    story: list[tuple[str, int, int]],
) -> None:
    steps: list[Any] = [("opened", 0)]
    at = 0
    for what, later, more in story:
        at += later
        value: Any = at + more if what == "delay_notice" else "second"
        steps.append((what, at, value))
    one = told(*steps)
    trial = Trial(NOW - timedelta(days=1), NOW + timedelta(days=30))
    trial.add(one, FIVE_MINUTES, A_DAY)
    assert trial.turned_late == 0
    assert trial.whole.late_then == trial.whole.late - trial.turned_kept
    same = Trial(NOW - timedelta(days=1), NOW + timedelta(days=30))
    same.add(one, DEFAULT, DEFAULT)
    assert same.whole.late == same.whole.late_then
    assert (same.turned_late, same.turned_kept, same.fallen, same.arisen) == (0, 0, 0, 0)
