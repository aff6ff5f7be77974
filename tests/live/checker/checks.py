"""What must hold of every history: nothing acknowledged is lost, doubled, moved or made up."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tests.live.checker.history import MOVES, WORDS, Final, History, Item, Op, Reader
from tests.live.checker.queue import check_queue

CONVERGE = 10.0


@dataclass(frozen=True, slots=True)
class Violation:
    """`kind` is a word that tests compare; `words` are for people."""

    kind: str
    words: str


def check(history: History) -> list[Violation]:
    """All violations of a finished history; none is what a sound desk gives."""
    found = [
        *check_words(history),
        *check_moves(history),
        *check_numbers(history),
        *check_real_time(history),
        *check_readers(history),
        *check_queue(history),
    ]
    return [Violation(kind, words) for kind, words in found]


Found = Iterator[tuple[str, str]]


def check_words(history: History) -> Found:
    """Set-full: said and acknowledged means there exactly once, under the number that was told."""
    stands: dict[str, list[tuple[int, Item]]] = defaultdict(list)
    for final in history.final.values():
        for entry in final.entries:
            if entry.key is not None:
                stands[entry.key].append((final.no, entry))
    said = {op.key: op for op in history.ops if op.do in WORDS}
    for key in stands.keys() - said.keys():
        yield "phantom", f"{stands[key]} was never said"
    for op in said.values():
        yield from _check_word(op, stands.get(op.key, []))


def _check_word(op: Op, stands: list[tuple[int, Item]]) -> Found:
    where = [(no, entry.no) for no, entry in stands]
    if len(where) > 1:
        yield "twice", f"{op.key} by {op.who} stands at {where}"
    if op.outcome == "ok" and not where:
        yield "lost", f"{op.key} was acknowledged as {op.request}/{op.entry} and is not there"
    if op.outcome == "ok" and where and (op.request, op.entry) not in where:
        yield "renumbered", f"{op.key} was told {op.request}/{op.entry} and stands at {where}"
    if op.outcome == "fail" and where:
        yield "refused", f"{op.key} was refused with {op.status} and stands at {where}"
    if any(entry != op.entry for entry in op.repeats):
        yield "renumbered", f"{op.key} was told {op.entry}, then {op.repeats}"
    for no, entry in stands:
        kind = WORDS[op.do]
        if (entry.kind, entry.by, entry.body) != (kind, op.who, op.body):
            yield "phantom", f"{no}/{entry.no} is not what {op.key} said"


def check_moves(history: History) -> Found:
    """Every acknowledged move is the entry it was told to be; none happened more often than asked.

    Moves whose outcome nobody knows may have happened once or not at all.
    """
    done: Counter[tuple[int, str, str]] = Counter()
    for final in history.final.values():
        for entry in final.entries:
            done[final.no, entry.kind, entry.by] += 1
    asked: Counter[tuple[int | None, str, str]] = Counter()
    told: dict[tuple[int | None, int | None], Op] = {}
    for op in history.ops:
        kind = MOVES.get(op.do)
        if kind is None or op.outcome == "fail" or (op.outcome == "ok" and op.request is None):
            continue
        asked[op.request, kind, op.who] += 1
        if op.outcome == "ok":
            yield from _check_move(history, op, kind)
            if (op.request, op.entry) in told:
                yield "twice", f"{op.key} and {told[op.request, op.entry].key} are one entry"
            told[op.request, op.entry] = op
    for (no, kind, who), times in done.items():
        # A take that got no answer could have been of any request.
        most = asked[no, kind, who] + (asked[None, kind, who] if kind == "taken" else 0)
        if kind in MOVES.values() and times > most:
            yield "phantom", f"{who} has {kind} {no} {times} times and asked for it {most} times"


def _check_move(history: History, op: Op, kind: str) -> Found:
    final = history.final.get(op.request or 0)
    entries = {entry.no: entry for entry in final.entries} if final else {}
    entry = entries.get(op.entry or 0)
    if entry is None or (entry.kind, entry.by) != (kind, op.who):
        yield "lost", f"{op.do} {op.key} was told {op.request}/{op.entry}; there stands {entry}"


def check_numbers(history: History) -> Found:
    """Entries are numbered 1, 2, 3 … to the head; the client's view is the log without notes."""
    for final in history.final.values():
        numbers = [entry.no for entry in final.entries]
        if numbers != list(range(1, final.head + 1)):
            yield "gap", f"request {final.no} has head {final.head} and entries {numbers}"
        if final.to_client != [entry.no for entry in visible(final, "client")]:
            yield "order", f"the client of {final.no} is shown {final.to_client}"


def check_real_time(history: History) -> Found:
    """What was acknowledged before another call began has the lower number: entries, requests."""
    series: dict[object, list[tuple[Op, int]]] = defaultdict(list)
    for op in history.ops:
        if op.outcome == "ok" and op.request is not None:
            if op.do == "open":
                series["requests"].append((op, op.request))
            if op.entry is not None:
                series[op.request].append((op, op.entry))
    for name, ops in series.items():
        ended = sorted(ops, key=lambda pair: pair[0].done)
        at, highest = 0, 0
        for op, number in sorted(ops, key=lambda pair: pair[0].invoked):
            while ended[at][0].done < op.invoked:
                highest = max(highest, ended[at][1])
                at += 1
            if number <= highest:
                kind = "arrival" if name == "requests" else "order"
                yield kind, f"{name}: {op.key} got {number} after {highest} was acknowledged"


def check_readers(history: History) -> Found:
    """All readers saw one order without holes, to the end, soon after the desk was well again."""
    for reader in history.readers:
        for words in reader.resets:
            yield "reset", f"{reader.name}: {words}"
        for no, seen in reader.seen.items():
            final = history.final.get(no)
            if final is None:
                yield "phantom", f"{reader.name} follows {no}, which is not there"
                continue
            yield from _check_reader(reader, final, seen)
            late = reader.at.get(no, 0) - history.calm
            if late > CONVERGE:
                yield "behind", f"{reader.name} had all of {no} only after {late:.1f} s"


def _check_reader(reader: Reader, final: Final, seen: list[Item]) -> Found:
    stands = visible(final, reader.side)
    numbers = [entry.no for entry in seen]
    if any(later <= before for before, later in pairwise(numbers)):
        yield "order", f"{reader.name} saw {final.no} as {numbers}"
        return
    known = {entry.no: entry for entry in final.entries}
    for entry in seen:
        if entry.no not in known or entry.core != known[entry.no].core:
            yield "phantom", f"{reader.name} saw {final.no}/{entry.no}, {entry.key}: not in the log"
            return
    missing = {entry.no for entry in stands} - set(numbers)
    if missing and min(missing) < max(numbers, default=0):
        yield "hole", f"{reader.name} was not shown {sorted(missing)[:5]} of {final.no}"
    elif missing:
        yield "behind", f"{reader.name} never got {sorted(missing)[:5]} of {final.no}"
    elif len(numbers) > len(stands):
        yield "order", f"{reader.name} saw notes of {final.no}"


def visible(final: Final, side: str) -> list[Item]:
    """The entries that this side may see."""
    return [e for e in final.entries if side == "staff" or e.audience == "all"]
