"""Files of a request: uploaded as a draft, said with an entry, read by whoever sees that entry.

A draft is its uploader's alone and goes after a day. Images that we could encode anew are kept
in that form only and may be shown inline; everything else is a download, a picture among them
(one that moves, one that is too large) without its metadata.
"""

from collections import Counter
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from firstline import wiki
from firstline.kit.db import Conn, Db, Tx
from firstline.kit.errors import Conflict, Invalid, Missing, TooLarge, TooMany
from firstline.kit.files import FILE_LIMIT, Files, Stored, bytes_of, clean_name, media_type, read
from firstline.kit.i18n import gettext as _
from firstline.kit.images import Pictures, may_tell
from firstline.kit.keys import StoredAnswer, check_key, once
from firstline.kit.pixels import Picture
from firstline.kit.seal import Seal
from firstline.people import Who
from firstline.requests.actions.saying import say
from firstline.requests.files import store
from firstline.requests.files.store import Attachment
from firstline.requests.model import Words
from firstline.timeline import Call, Entry, entry_by_key, seen_request

REQUEST_LIMIT = 100 * 1024 * 1024
PERSON_LIMIT = 300 * 1024 * 1024
PERSON_SPAN = timedelta(days=1)
MOST_FILES = 10
DRAFT_LIFE = timedelta(hours=24)
ROUTE = "POST attachments"
SWEPT_AT_ONCE = 200
CONCURRENT = 3


class Uploads:
    """Takes files in; `concurrent` bounds the uploads of one person at the same time here."""

    def __init__(
        self,
        files: Files,
        seal: Seal,
        *,
        concurrent: int = CONCURRENT,
        pictures: Pictures | None = None,
    ) -> None:
        self.files = files
        self._seal = seal
        self.pictures = pictures or Pictures()
        self._concurrent = concurrent
        self._running: Counter[UUID] = Counter()

    async def take(
        self,
        db: Db,
        who: Who,
        name: str,
        chunks: AsyncIterator[bytes],
        *,
        limit: int = FILE_LIMIT,
        key: str | None = None,
        now: datetime,
    ) -> tuple[Attachment, bool]:
        """Keep a file as a draft of `who`; with a key seen before, the draft that it made.

        Tells whether the key was known. Raises Invalid (also for a key that came with another
        file), TooLarge, TooMany, Unavailable.
        """
        name = clean_name(name)
        with self._one_more(who.id):
            async with db.connection() as conn:
                await _within_quota(conn, who, now)
            row = await self._keep(who, name, chunks, limit, now)
            try:
                attachment = await _once(db, self._seal, who, key, row, now)
            except BaseException:
                await self.files.delete(row.key)
                raise
            if attachment.id != row.id:
                await self.files.delete(row.key)
        return attachment, attachment.id != row.id

    async def _keep(
        self, who: Who, name: str, chunks: AsyncIterator[bytes], limit: int, now: datetime
    ) -> Attachment:
        head = bytearray()
        stored = await self.files.put(_noting(chunks, head), limit=limit)
        row = _row(who, name, stored, now)
        try:
            if not stored.size:
                raise Invalid(_("The file is empty; choose another one."), field="file")
            return await self._without_marks(row) if may_tell(bytes(head)) else row
        except BaseException:
            await self.files.delete(stored.key)
            raise

    async def _without_marks(self, row: Attachment) -> Attachment:
        """The row of the picture that takes the file's place: encoded anew, or as it came but
        without metadata; a file that has none stays.
        """
        original = await read(self.files, row.key)
        found = await self.pictures.encode(original, row.by_id)
        if found == original:
            return row
        data = found.data if isinstance(found, Picture) else found
        stored = await self.files.put(bytes_of(data), limit=max(2 * row.size, FILE_LIMIT))
        await self.files.delete(row.key)
        kept = replace(row, id=UUID(hex=stored.key), size=stored.size, sha=stored.sha)
        if not isinstance(found, Picture):
            return kept
        name = clean_name(found.file_name(row.name))
        return replace(kept, name=name, media_type=found.media_type, inline=True)

    @contextmanager
    def _one_more(self, person_id: UUID) -> Generator[None]:
        if self._running[person_id] >= self._concurrent:
            raise TooMany(
                _("Several of your files are already being uploaded; wait until one is done."),
                headers={"Retry-After": "5"},
            )
        self._running[person_id] += 1
        try:
            yield
        finally:
            self._running[person_id] -= 1
            self._running += Counter()  # forgets those at zero


async def _once(
    db: Db, seal: Seal, who: Who, key: str | None, row: Attachment, now: datetime
) -> Attachment:
    """Add the draft, unless the key has made one of the same name and content before."""

    async def add(tx: Tx) -> StoredAnswer:
        await store.add(tx.conn, row)
        return 201, row.id.bytes

    same = row.name.encode() + b"\0" + row.sha
    _status, made = await once(db, seal, who.id, ROUTE, key, same, add, now=now)
    if made == row.id.bytes:
        return row
    async with db.connection() as conn:
        before = await store.get(conn, UUID(bytes=made))
    if before is None:
        raise Conflict(_("The file of this key is not here any more; use a new key."), field="key")
    return before


def _row(who: Who, name: str, stored: Stored, now: datetime) -> Attachment:
    return Attachment(
        id=UUID(hex=stored.key),
        matter=None,
        entry_no=None,
        by_id=who.id,
        name=name,
        media_type=media_type(name),
        size=stored.size,
        sha=stored.sha,
        inline=False,
        audience="all",
        created_at=now,
    )


async def _noting(chunks: AsyncIterator[bytes], head: bytearray) -> AsyncIterator[bytes]:
    """The same chunks; the first bytes are noted in `head`."""
    async for chunk in chunks:
        if len(head) < 16:
            head += chunk[:16]
        yield chunk


async def _within_quota(conn: Conn, who: Who, now: datetime) -> None:
    if await store.bytes_by(conn, who.id, now - PERSON_SPAN) >= PERSON_LIMIT:
        raise TooMany(
            _("You have sent too many files within a day; send a link to the rest."),
            headers={"Retry-After": "3600"},
        )


async def say_with_files(
    call: Call, no: int, words: Words, files: Sequence[UUID]
) -> tuple[Entry, bool]:
    """`say`, with files that the caller has uploaded: all become one entry, or none.

    Raises Invalid (field files) for a file that is not a draft of theirs, Conflict for one that
    was said already, TooLarge over the request's room; else as `say`.
    """
    if not files:
        return await say(call, no, words)
    async with call.db.connection() as conn:
        await seen_request(conn, call.who, no)
        rows = await _drafts(conn, call.who, no, list(dict.fromkeys(files)), check_key(words.key))
    attachments = [
        {"id": str(row.id), "name": row.name, "size": row.size, "inline": row.inline}
        for row in rows
    ]
    words = replace(words, data={**words.data, "files": attachments})
    return await say(call, no, words, partial(file_with, who=call.who, rows=rows))


async def _drafts(
    conn: Conn, who: Who, no: int, ids: list[UUID], key: str | None
) -> list[Attachment]:
    if len(ids) > MOST_FILES:
        raise Invalid(_("Send ten files at most with one message."), field="files")
    rows = await store.uploaded_by(conn, who.id, ids)
    if len(rows) != len(ids):
        raise Invalid(_("One of the files is no longer here; attach it again."), field="files")
    said = [row for row in rows if row.entry_no is not None]
    if not said:
        return rows
    before = await entry_by_key(conn, no, who.id, key) if key else None
    if before is None or any((row.matter, row.entry_no) != (no, before.no) for row in rows):
        raise Conflict(_("One of the files was sent before; attach it again."), field="files")
    return rows


async def file_with(tx: Tx, entry: Entry, *, who: Who, rows: list[Attachment]) -> None:
    """Bind drafts to an entry that this transaction has written, so that its request is held."""
    room = REQUEST_LIMIT - await store.bytes_in(tx.conn, entry.matter)
    if sum(row.size for row in rows) > room:
        raise TooLarge(
            _("This request has as many files as it may have; send a link to the rest."),
            field="files",
        )
    ids = [row.id for row in rows]
    bound = await store.bind(tx.conn, who.id, ids, entry.matter, entry.no, entry.audience)
    if bound != len(rows):
        raise Conflict(_("One of the files was sent before; attach it again."), field="files")


async def readable(conn: Conn, who: Who, attachment_id: UUID) -> Attachment:
    """The attachment, if this person may read it; else Missing, as for an unknown id.

    A draft is its uploader's. What was said follows its entry: staff notes are the staff's,
    redacted words take their files with them.
    """
    row = await store.get(conn, attachment_id)
    if row is None:
        raise _missing()
    if row.matter is None or row.entry_no is None:
        if row.by_id != who.id:
            raise _missing()
        return row
    try:
        await seen_request(conn, who, row.matter)
    except Missing:
        raise _missing() from None
    hidden = row.audience != "all" and not who.is_staff
    if hidden or await store.is_redacted(conn, row.matter, row.entry_no):
        raise _missing()
    return row


def _missing() -> Missing:
    return Missing(_("There is no such file that you may see."))


async def sweep(db: Db, files: Files, *, now: datetime) -> int:
    """Delete drafts of more than a day and files of words that were taken back, then files that no
    row names; returns how many went.
    """
    before = now - DRAFT_LIFE
    async with db.transaction() as tx:
        dropped = await store.drop_drafts(tx.conn, before, SWEPT_AT_ONCE)
        dropped += await store.drop_erased(tx.conn, SWEPT_AT_ONCE)
    # A crash here leaves files without a row, which the next step finds another day.
    for attachment_id in dropped:
        await files.delete(attachment_id.hex)
    return len(dropped) + await _sweep_strays(db, files, before)


async def _sweep_strays(db: Db, files: Files, before: datetime) -> int:
    gone = 0
    old = await files.keys(before=before)
    for start in range(0, len(old), SWEPT_AT_ONCE):
        keys = old[start : start + SWEPT_AT_ONCE]
        async with db.connection() as conn:
            ids = [UUID(hex=key) for key in keys]
            kept = await store.existing(conn, ids) | await wiki.image_files(conn, ids)
        for key in keys:
            if UUID(hex=key) not in kept:
                await files.delete(key)
                gone += 1
    return gone
