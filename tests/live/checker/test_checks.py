"""Each check on small histories made by hand: a sound one passes, each flaw is named."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.live.checker.checks import check
from tests.live.checker.history import Final, History, Item, Op, Reader


def op(do: str, who: str, request: int | None, entry: int | None, at: float, **more: str) -> Op:
    key = f"{do}-{who}-{at}"
    made = Op(do, who, key, request=request, entry=entry, invoked=at, done=at + 0.5, **more)
    made.outcome, made.status = "ok", 201
    return made


def stands(no: int, kind: str, by: str, key: str | None = None, body: str = "") -> Item:
    return Item(no, kind, key, by, "staff" if kind == "note" else "all", body, {})


def sound() -> History:
    """Two requests: the first is taken, answered and noted, the second taken after it."""
    ops = [
        op("open", "Vera", 1, 1, 1, body="a"),
        op("open", "Vera", 2, 1, 2, body="b"),
        op("take", "Anna", 1, 2, 3, line="first"),
        op("note", "Anna", 1, 3, 4, body="c"),
        op("say", "Anna", 1, 4, 5, body="d"),
        op("take", "Ivan", 2, 2, 6, line="first"),
    ]
    one = [
        stands(1, "opened", "Vera", ops[0].key, "a"),
        stands(2, "taken", "Anna"),
        stands(3, "note", "Anna", ops[3].key, "c"),
        stands(4, "said", "Anna", ops[4].key, "d"),
    ]
    two = [stands(1, "opened", "Vera", ops[1].key, "b"), stands(2, "taken", "Ivan")]
    vera = Reader("Vera", "client", seen={1: [one[0], one[1], one[3]]}, at={1: 6})
    anna = Reader("Anna", "staff", seen={1: list(one)}, at={1: 6})
    final = {1: Final(1, 4, one, [1, 2, 4]), 2: Final(2, 2, two, [1, 2])}
    return History(ops, [vera, anna], calm=7, final=final)


def test_a_sound_history_has_no_violation() -> None:
    assert check(sound()) == []


def test_what_nobody_knows_may_be_there_or_not() -> None:
    history = sound()
    history.ops.append(replace(op("say", "Vera", 1, None, 6.5), outcome="info"))
    history.ops[4].outcome, history.ops[4].entry = "info", None
    assert check(history) == []


def lose(history: History) -> None:
    history.final[1].entries.pop()
    history.final[1].to_client.pop()
    history.final[1].head = 3


def double(history: History) -> None:
    final = history.final[1]
    final.entries.append(replace(final.entries[3], no=5))
    final.head = 5


def renumber(history: History) -> None:
    history.ops[4].entry = 7


def make_up(history: History) -> None:
    final = history.final[2]
    final.entries.append(stands(3, "said", "Vera", "never", "never"))
    final.head = 3


def write_refused(history: History) -> None:
    history.ops[4].outcome = "fail"


def leave_a_gap(history: History) -> None:
    del history.final[1].entries[2]


def hide(history: History) -> None:
    del history.readers[1].seen[1][1]


def swap(history: History) -> None:
    seen = history.readers[0].seen[1]
    seen[1], seen[2] = seen[2], seen[1]


def show_what_is_not_there(history: History) -> None:
    history.readers[1].seen[1].append(stands(5, "said", "Vera", "x", "x"))


def stay_behind(history: History) -> None:
    history.readers[1].seen[1].pop()


def come_late(history: History) -> None:
    history.readers[1].at[1] = history.calm + 11


def hold_twice(history: History) -> None:
    history.ops.append(op("take", "Ivan", 1, 5, 6.5, line="first"))
    history.final[1].entries.append(stands(5, "taken", "Ivan"))
    history.final[1].head = 5


def serve_the_later_first(history: History) -> None:
    first, second = history.ops[2], history.ops[5]
    first.invoked, first.done, second.invoked, second.done = 6, 6.5, 3, 3.5
    history.ops[3].invoked = history.ops[3].done = 7
    history.ops[4].invoked = history.ops[4].done = 8


def give_nothing(history: History) -> None:
    history.ops.append(op("take", "Boris", None, None, 2.5, line="first"))
    history.ops[-1].done = 2.9


def number_backwards(history: History) -> None:
    history.ops[0].invoked, history.ops[0].done = 2.6, 2.7


@pytest.mark.parametrize(
    ("flaw", "kind"),
    [
        (lose, "lost"),
        (double, "twice"),
        (renumber, "renumbered"),
        (make_up, "phantom"),
        (write_refused, "refused"),
        (leave_a_gap, "gap"),
        (hide, "hole"),
        (swap, "order"),
        (show_what_is_not_there, "phantom"),
        (stay_behind, "behind"),
        (come_late, "behind"),
        (hold_twice, "held-twice"),
        (serve_the_later_first, "unfair"),
        (give_nothing, "unfair"),
        (number_backwards, "arrival"),
    ],
)
def test_each_flaw_is_named(flaw: Callable[[History], None], kind: str) -> None:
    history = sound()
    flaw(history)
    assert kind in {violation.kind for violation in check(history)}
