"""Splitting a request: words about another matter go on under a number of their own."""

from collections.abc import Sequence
from typing import Any

from firstline.kit import due
from firstline.kit.db import Tx
from firstline.kit.errors import Invalid
from firstline.kit.i18n import gettext as _
from firstline.policy import Policy
from firstline.policy.rules.promises import ClientWord, WordsMoved
from firstline.requests.actions import changes_store as store
from firstline.requests.actions import steps
from firstline.requests.entrance.linked import articles_in
from firstline.requests.entrance.words import safe_title
from firstline.timeline import (
    Call,
    Draft,
    Entry,
    Request,
    draft,
    entry_at,
    get_request,
    mend_entries,
    open_beside,
    record,
    situation_of,
)

WORDS = frozenset({"opened", "said", "note"})
MOST = 100
FIELD = "entries"


async def split(tx: Tx, call: Call, no: int, entries: Sequence[int], title: str) -> Request:
    """Move words of a request that one holds to a new one, which one holds too; returns that.

    It owes from the earliest moved word of the client that has no answer. Where no such word is
    left behind, nothing is owed there any more. The words stay in the log of the first, and stand
    in the new one with `data.of`. Raises `Invalid` for what cannot be moved.
    """
    title = safe_title(title)
    await articles_in(tx.conn, title, "title")  # to refuse what the client could not open
    source = await steps.line_first(tx, call.who, no)
    steps.refuse_unless_holder(source, call.who)
    moved = await _words_at(tx, source, entries)
    policy = call.policy_of(source)
    leaving = await _leaving(tx, call, source, [entry.no for entry in moved])
    first, *rest = (_carried(call, source, entry, policy) for entry in _public_first(moved))
    line_due_at = policy.line_share(call.now, line=source.line)
    made = await open_beside(tx, source, first, title, line_due_at, policy)
    for entry in rest:
        made = await _carry(tx, made, entry)
    made = await _write_both(tx, call, source, made, leaving)
    low, high = sorted((no, made.no))
    await store.link(tx.conn, low, high, call.now)
    return made


async def _words_at(tx: Tx, source: Request, numbers: Sequence[int]) -> list[Entry]:
    """The words at these numbers as they stand now, in order."""
    wanted = sorted(set(numbers))
    if not wanted:
        raise Invalid(_("Choose the messages that go on in a request of their own."), field=FIELD)
    if len(wanted) > MOST:
        raise Invalid(_("That is too much at once; choose fewer messages."), field=FIELD)
    gone = await store.moved_entries(tx.conn, source.no)
    found = [await _word_at(tx, source, number, gone) for number in wanted]
    if all(entry.kind == "note" for entry in found):
        raise Invalid(_("Choose at least one message of the client or to them."), field=FIELD)
    return await mend_entries(tx.conn, source.no, found)


async def _word_at(tx: Tx, source: Request, number: int, gone: dict[int, int]) -> Entry:
    entry = await entry_at(tx.conn, source.no, number) if 0 < number <= source.head else None
    place = {"no": source.no, "entry": number}
    if entry is None:
        raise Invalid(_("Request %(no)s has no entry %(entry)s.") % place, field=FIELD)
    if number in gone:
        raise Invalid(
            _("Message %(entry)s went on in request %(no)s already.")
            % {"entry": number, "no": gone[number]},
            field=FIELD,
        )
    if not may_move(entry):
        raise Invalid(
            _(
                "Entry %(entry)s stays where it is: only messages can be moved that nobody erased "
                "and that hold no secret."
            )
            % place,
            field=FIELD,
        )
    return entry


def may_move(entry: Entry) -> bool:
    """Whether an entry is words that can go on elsewhere: of a person, still there, not secret."""
    words = entry.kind in WORDS and entry.side != "system" and entry.salts is not None
    return words and entry.data.keys().isdisjoint(("secret", "shown"))


def _public_first(moved: list[Entry]) -> list[Entry]:
    """In order, but a request begins with words that its client may read."""
    first = next(entry for entry in moved if entry.kind != "note")
    return [first, *(entry for entry in moved if entry is not first)]


def _carried(call: Call, source: Request, entry: Entry, policy: Policy) -> Draft:
    """An entry as it goes on; only words of the client without an answer are owed one there."""
    data: dict[str, Any] = {
        "of": {"request": source.no, "no": entry.no, "at": entry.at.isoformat()}
    }
    if files := entry.data.get("files"):
        data["files"] = files
    owed = entry.side == "client" and entry.no > source.staff_said_no
    if owed:
        data["owed"] = True
    return Draft(
        matter=source.no,
        kind="note" if entry.kind == "note" else "said",
        by_id=entry.by_id,
        by_name=entry.by_name,
        side=entry.side,
        at=call.now,
        body=entry.body,
        audience=entry.audience,
        channel=entry.channel,
        data=data,
        generation=0,
        event=ClientWord(entry.at, situation_of(source)) if owed else None,
        policy=policy,
    )


async def _carry(tx: Tx, made: Request, entry: Draft) -> Request:
    entry.matter, entry.generation = made.no, made.generation
    return (await record(tx, made, entry))[0]


async def _leaving(tx: Tx, call: Call, source: Request, numbers: list[int]) -> Draft:
    """The entry that tells where words went; nothing is owed there any more without them."""
    leaving = draft(source, call.who, "split", call.now, data={"moved": numbers})
    left = await store.has_unanswered(tx.conn, source.no, source.staff_said_no, numbers)
    if source.promise is not None and source.promise.kind == "answer" and not left:
        leaving.data["ends"] = True
        leaving.event = WordsMoved(call.now, situation_of(source))
        leaving.policy = call.policy_of(source)
        await due.disarm(tx.conn, source.no, "turn")
    return leaving


async def _write_both(
    tx: Tx, call: Call, source: Request, made: Request, leaving: Draft
) -> Request:
    """Say on both sides where the words went and where they come from."""
    leaving.data["moved_to"] = made.no
    await steps.write_entry(tx, source, leaving)
    coming = draft(made, call.who, "split", call.now, data={"of": {"request": source.no}})
    await steps.write_entry(tx, made, coming)
    found = await get_request(tx.conn, made.no)
    assert found is not None, "it was just written"
    return found
