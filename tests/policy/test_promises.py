"""The step of a promise: random events by random policies, and what must hold after each."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.policy import Policy, Situation, load
from firstline.policy.rules.promises import (
    Answer,
    ClientWord,
    Closure,
    Debt,
    DelayNotice,
    Event,
    HandOver,
    PriorityChange,
    Promise,
    Reopening,
    StillOurs,
    step,
)

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
STARTS = (
    ("client_word",),
    ("reopen",),
    ("client_word", "hand_over"),
    ("client_word", "hand_over_after_answer", "reopen"),
)
MET = (Answer, Closure)


@cache
def policy_of(
    starts: tuple[str, ...] = ("client_word", "hand_over_after_answer"),
    counted: str = "arrival",
    later: str = "next: 2h, ",
) -> Policy:
    """Rows for urgent requests, for the second line and for the rest; no time for consulting."""
    rest = f"{later}counted_from: {counted}"
    return load(
        f"""
policy: {{version: 1, timezone: Europe/Berlin, business: office}}
calendars: {{office: {{"mon-fri": "09:00-17:00"}}}}
priorities: {{levels: [urgent, normal], set_by: client, default: normal}}
targets:
  - {{id: urgent, priority: urgent, line: [first, second], first: 15m, {rest}}}
  - {{id: second, line: second, first: 4bh, clock: office, {rest}}}
  - {{id: rest, line: first, first: 1h, {rest}}}
restart_on: [{", ".join(starts)}]
"""
    )


def at(line: str = "first", priority: str = "normal") -> Situation:
    return Situation(line=line, priority=priority, mode="chat")


@st.composite
def events(draw: st.DrawFn) -> Event:
    """An event without its time: that comes from the story it stands in."""
    line = draw(st.sampled_from(("first", "first", "second", "consulting")))
    where = at(line, draw(st.sampled_from(("normal", "normal", "urgent"))))
    kind = draw(
        st.sampled_from(
            (ClientWord, ClientWord, Answer, StillOurs, HandOver, PriorityChange, Closure)
        )
        | st.sampled_from((DelayNotice, Reopening))
    )
    if kind is DelayNotice:
        return DelayNotice(MONDAY, where, MONDAY + draw(st.integers(1, 9)) * HOUR)
    if kind is Reopening:
        return Reopening(MONDAY, where, draw(st.booleans()))
    return kind(MONDAY, where)


def later(event: Event, now: datetime) -> Event:
    """The same event, happening `now`."""
    if isinstance(event, DelayNotice):
        return DelayNotice(now, event.situation, now + (event.until - MONDAY))
    if isinstance(event, Reopening):
        return Reopening(now, event.situation, event.by_staff)
    return type(event)(now, event.situation)


@dataclass(frozen=True)
class Move:
    """An event, with what was owed before and after it."""

    event: Event
    before: Debt
    after: Debt


STORIES = st.lists(st.tuples(events(), st.sampled_from((0, 1, 20, 59, 60, 300, 4000))), max_size=25)
POLICIES = st.builds(
    policy_of,
    st.sampled_from(STARTS),
    st.sampled_from(("arrival", "latest_client_word")),
    st.sampled_from(("", "next: 30m, ", "next: none, ")),
)


def moves(story: list[tuple[Event, int]], policy: Policy) -> list[Move]:
    now, debt, found = MONDAY, Debt(), list[Move]()
    for event, minutes in story:
        now += timedelta(minutes=minutes)
        happening = later(event, now)
        after = step(debt, happening, policy)
        found.append(Move(happening, debt, after))
        debt = after
    return found


@given(STORIES, POLICIES)
def test_a_promise_moves_later_by_a_delay_notice_or_by_what_the_policy_says_and_by_nothing_else(
    story: list[tuple[Event, int]], policy: Policy
) -> None:
    for move in moves(story, policy):
        before, after = move.before.promise, move.after.promise
        if before is None or after is None or after.due_at <= before.due_at:
            continue
        by_policy = (ClientWord, *(HandOver for start in policy.restart_on if start == "hand_over"))
        if isinstance(move.event, by_policy):
            assert before.kind == after.kind == "answer"
            assert isinstance(move.event, HandOver) or policy.counts_latest_word
        else:
            assert isinstance(move.event, DelayNotice)
            assert after == Promise("delay", move.event.at, move.event.until, before.first)


@given(STORIES, POLICIES)
def test_each_promise_is_met_once_or_replaced_once_or_still_owed(
    story: list[tuple[Event, int]], policy: Policy
) -> None:
    begun = met = replaced = 0
    debt = Debt()
    for move in moves(story, policy):
        before, after, debt = move.before.promise, move.after.promise, move.after
        sooner = isinstance(move.event, PriorityChange)
        begun += after is not None and after != before and not sooner
        met += before is not None and isinstance(move.event, MET)
        replaced += None not in (before, after) and after != before and not sooner
        # Nothing but an answer or a closing takes a promise away, and these always do.
        assert (after is None) == (
            isinstance(move.event, MET) or (before is None and after is None)
        )
    assert begun == met + replaced + (debt.promise is not None)


@given(STORIES, POLICIES)
def test_words_that_leave_the_turn_with_us_meet_nothing_and_promise_by_next_alone(
    story: list[tuple[Event, int]], policy: Policy
) -> None:
    for move in moves(story, policy):
        if not isinstance(move.event, StillOurs):
            continue
        assert (move.after.answered, move.after.unanswered) == (
            move.before.answered,
            move.before.unanswered,
        )
        if move.before.promise is not None:
            assert move.after == move.before
        elif move.after.promise is not None:
            # The second line counts open hours only.
            due_at, soonest = move.after.promise.due_at, move.event.at + HOUR / 2
            assert due_at == soonest or (due_at > soonest and move.event.situation.line == "second")


@given(STORIES, POLICIES)
def test_what_the_client_says_is_owed_an_answer_once(
    story: list[tuple[Event, int]], policy: Policy
) -> None:
    for move in moves(story, policy):
        before, after, line = move.before, move.after, move.event.situation.line
        assert after.unanswered or not isinstance(move.event, ClientWord)
        if not isinstance(move.event, ClientWord) or line == "consulting":
            continue
        owed = not before.answered or "client_word" in policy.restart_on
        none = before.answered and policy.fit("next", move.event.at, move.event.situation) is None
        if before.promise is None:
            assert (after.promise is not None) == (owed and not none)
        elif before.promise.kind == "delay" or not policy.counts_latest_word:
            assert after.promise == before.promise
        if after.promise not in (None, before.promise):
            assert after.promise is not None
            assert after.promise.since == move.event.at
            assert after.promise.first is not before.answered


@given(STORIES, POLICIES)
def test_another_priority_makes_an_answer_due_sooner_or_changes_nothing(
    story: list[tuple[Event, int]], policy: Policy
) -> None:
    for move in moves(story, policy):
        if isinstance(move.event, PriorityChange) and move.after != move.before:
            before, after = move.before.promise, move.after.promise
            assert before is not None
            assert after is not None
            assert (before.kind, after.kind) == ("answer", "answer")
            assert after.due_at < before.due_at
            assert (after.since, after.first) == (before.since, before.first)


def after_all(*happened: Event, policy: Policy | None = None) -> Debt:
    debt = Debt()
    for event in happened:
        debt = step(debt, event, policy or policy_of())
    return debt


def test_handed_over_unanswered_it_stays_and_answered_it_is_owed_by_the_new_line() -> None:
    word, over = ClientWord(MONDAY, at()), HandOver(MONDAY + HOUR / 2, at("second"))
    assert after_all(word, over) == after_all(word)
    answer = Answer(MONDAY + HOUR / 4, at())
    promise = after_all(word, answer, over).promise
    # The office in Berlin opens at eight UTC; the further answer takes two hours of any clock.
    assert promise == Promise("answer", over.at, over.at + 2 * HOUR, False, "second")


def test_a_hand_over_never_takes_the_place_of_what_a_notice_promised() -> None:
    policy = policy_of(("client_word", "hand_over"))
    word, over = ClientWord(MONDAY, at()), HandOver(MONDAY + HOUR, at("second"))
    notice = DelayNotice(MONDAY + HOUR / 2, at(), MONDAY + 9 * HOUR)
    assert after_all(word, over, policy=policy).promise != after_all(word, policy=policy).promise
    assert after_all(word, notice, over, policy=policy).promise == Promise(
        "delay", notice.at, notice.until, True
    )


@pytest.mark.parametrize(
    ("by_staff", "answered", "owed"),
    [(False, True, True), (False, False, True), (True, True, False), (True, False, True)],
)
def test_a_reopening_is_owed_an_answer_where_the_client_asks_or_was_never_answered(
    by_staff: bool, answered: bool, owed: bool
) -> None:
    begun = [ClientWord(MONDAY, at()), *([Answer(MONDAY, at())] if answered else [])]
    again = Reopening(MONDAY + HOUR, at(), by_staff)
    debt = after_all(*begun, Closure(MONDAY + HOUR, at()), again)
    assert (debt.promise is not None) == owed


@pytest.mark.parametrize(("later_time", "owed"), [("next: 2h, ", True), ("", False)])
def test_still_ours_promises_the_next_word_where_the_policy_has_a_time_for_it(
    later_time: str, owed: bool
) -> None:
    policy = policy_of(later=later_time)
    words = [ClientWord(MONDAY, at()), Answer(MONDAY, at()), StillOurs(MONDAY + HOUR, at())]
    promise = after_all(*words, policy=policy).promise
    assert promise == (
        Promise("answer", MONDAY + HOUR, MONDAY + 3 * HOUR, False, "rest") if owed else None
    )
