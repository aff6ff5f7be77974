"""Taking words back: out of the log, and out of every copy of them.

What is left of an entry stays under the seal of the redaction (decision 12).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from firstline import wiki
from firstline.kit.db import Tx
from firstline.kit.errors import Conflict, Missing
from firstline.kit.i18n import gettext as _
from firstline.kit.links import one_line
from firstline.requests.actions import redacting_store as store
from firstline.requests.actions import steps
from firstline.requests.actions.fields import PREFIX
from firstline.requests.actions.fields_store import forget_fields
from firstline.requests.entrance.words import safe_text, title_from
from firstline.requests.letters.erasing import erase_letters
from firstline.requests.letters.store import forget_subjects
from firstline.timeline import (
    Call,
    Entry,
    Request,
    change,
    draft,
    entry_at,
    erase,
    find_copies,
    lock_request,
    lock_seen_request,
    rest_of,
    seen_request,
)

# What people have written; of edits, those of the title and of fields.
WRITTEN = frozenset(
    "opened said note delay_notice closed handed_over sent_back skipped taken taken_over rated "
    "edited conduct".split()
)
# Pieces of an entry's data that are made of its words.
MADE_OF_WORDS = frozenset({"articles", "label", "title", "old"})
# A line that is this long stands in no draft by chance.
TELLING_LINE = 12


async def redact(tx: Tx, call: Call, no: int, entry_no: int, reason: str) -> Request:
    """Erase words that should not have been sent, with every copy; the log says who did and why.

    Words that are gone already stay gone: nothing more is written. Raises `Missing`, `Conflict`
    for what holds no words, `Forbidden` for another line's.
    """
    who = call.who
    if not who.is_staff:
        raise Missing(_("There is no entry %(entry)s that you may erase.") % {"entry": entry_no})
    reason = safe_text(reason, "reason", limit=500)
    seen = await seen_request(tx.conn, who, no)
    known = 0 < entry_no <= seen.head
    twins = await store.find_twins(tx.conn, no, entry_no) if known else []
    # In order of number, as everywhere, though it is this one that may be refused.
    held = {n: await lock_request(tx.conn, n) for n in sorted({no, *(one.no for one in twins)})}
    request = await lock_seen_request(tx, who, no)
    steps.refuse_other_line(who, request, management=True)
    entry = await entry_at(tx.conn, no, entry_no)
    if entry is None:
        raise Missing(_("Request %(no)s has no entry %(entry)s.") % {"no": no, "entry": entry_no})
    if entry.salts is None:
        return request
    _refuse_without_words(entry)
    for twin in twins:
        other, copy = held[twin.no], await entry_at(tx.conn, twin.no, twin.entry_no)
        if other is not None and copy is not None and copy.salts is not None:
            await _take_back(tx, call, other, copy, reason)
    return await _take_back(tx, call, request, entry, reason)


async def _take_back(tx: Tx, call: Call, request: Request, entry: Entry, reason: str) -> Request:
    """Erase the words of an entry with their copies in its request, and write that down."""
    who, entry_no = call.who, entry.no
    words, left = _erase_words(entry, await find_copies(tx.conn, entry))
    await erase(tx.conn, left)
    mend = draft(request, who, "redacted", call.now, audience=entry.audience)
    mend.data = {"of": entry_no, "why": reason, "erased": {str(e.no): rest_of(e) for e in left}}
    if is_copy(request.title, words):
        title = call.policy_of(request).label("topic", request.topic, request.language)
        request = await change(tx.conn, request, moved=False, title=title)
        mend.data["title"] = title
    await forget_fields(tx.conn, request.no, [one.no for one in left], words)
    await _forget_copies(tx, request, entry, words, call.now)
    titled = "title" in mend.data
    await erase_letters(tx, request, entry, whole=titled, now=call.now)
    return await steps.write_entry(tx, request, mend)


def is_copy(title: str, words: Iterable[str]) -> bool:
    """Whether a title was made of these words: it is their beginning, or a line of theirs."""
    return any(
        title in (title_from(text), *(one_line(line) for line in text.splitlines()))
        for text in words
        if text and title
    )


def holds_words(entry: Entry) -> bool:
    """Whether there is something in the entry that can be taken back: words of a person, files."""
    worded = entry.kind != "edited" or entry.data.get("field") == "title" or _is_field(entry)
    said = entry.body or entry.data.get("files") or (_is_field(entry) and entry.data["old"])
    return entry.kind in WRITTEN and worded and bool(said)


def _is_field(entry: Entry) -> bool:
    """Whether it tells of a change of a field."""
    return str(entry.data.get("field", "")).startswith(PREFIX)


def _refuse_without_words(entry: Entry) -> None:
    if not holds_words(entry):
        raise Conflict(_("There is no text here that can be erased."))


def _erase_words(entry: Entry, others: Sequence[Entry]) -> tuple[list[str], list[Entry]]:
    """The words that go, and what is left of each entry that holds them."""
    edits = [one for one in others if one.data.get("of") == entry.no]
    words = [entry.body, *(one.body for one in edits)]
    if entry.kind == "edited":
        words.append(entry.data["old"])
    words = [text for text in words if text]
    left = [
        _strip_change(one, entry.no, words) if "field" in one.data else _strip(one)
        for one in (entry, *others)
        if "field" not in one.data or any(_repeats(one, entry.no, words))
    ]
    return words, left


def _repeats(change: Entry, no: int, words: Sequence[str]) -> tuple[bool, bool]:
    """Whether the new and the old value of a title or field hold the words; those of a field do as
    well where they come from the entry that is erased.
    """
    values = change.body, change.data["old"]
    if not _is_field(change):
        return is_copy(values[0], words), is_copy(values[1], words)
    if change.data.get("from") == no:
        return True, True
    holds = [any(one and one.casefold() in text.casefold() for text in words) for one in values]
    return holds[0], holds[1]


def _strip(entry: Entry) -> Entry:
    data = {name: value for name, value in entry.data.items() if name not in MADE_OF_WORDS}
    if "files" in data:
        data["files"] = []
    if "departure" in data:
        data["reason"] = ""
    return replace(entry, body="", data=data, salts=None)


def _strip_change(entry: Entry, no: int, words: Sequence[str]) -> Entry:
    """A change of title or field keeps the one of both values that does not hold the words."""
    values = zip((entry.body, entry.data["old"]), _repeats(entry, no, words), strict=True)
    body, old = ("" if repeats else value for value, repeats in values)
    return replace(entry, body=body, data={**entry.data, "old": old}, salts=None)


async def _forget_copies(
    tx: Tx, request: Request, entry: Entry, words: Sequence[str], now: datetime
) -> None:
    no = request.no
    await store.forget_answers(tx.conn, no, entry.no, request.title)
    await forget_subjects(tx.conn, no)
    if "secret" in entry.data:
        await store.forget_secret(tx.conn, no, entry.no, now)
    if entry.kind == "skipped" and entry.by_id is not None:
        await store.forget_skip(tx.conn, no, entry.by_id)
    await wiki.forget_words(tx, no, words, now=now)
    for one in await store.drafts_about(tx.conn, no, entry.by_id):
        if _holds_words(one.body, words):
            await store.drop_draft(tx.conn, one)


def _holds_words(text: str, words: Sequence[str]) -> bool:
    """Whether a draft repeats the words, wholly or by a line; drafts of forms stand as JSON."""
    lines = (line.strip() for said in words for line in said.splitlines())
    telling = [line for line in lines if len(line) >= TELLING_LINE]
    plain = text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")
    return any(piece.strip() in plain for piece in (*words, *telling))
