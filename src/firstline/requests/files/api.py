"""The routes of files: POST and GET /attachments, by bearer below /api/v1 and by cookie beside.

An upload is multipart (a part `file`) or the bare bytes with the name, percent-encoded, in the
header `X-File-Name`. A download never runs: attachment, nosniff, a sandbox without an origin.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import datetime
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency as Given
from litestar.enums import RequestEncodingType
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath
from litestar.response import Stream

from firstline.kit.db import Db
from firstline.kit.errors import Invalid, Refused
from firstline.kit.files import FILE_LIMIT, Files, disposition, too_large
from firstline.kit.i18n import gettext as _
from firstline.kit.seal import Seal
from firstline.kit.web import Http
from firstline.people import Who
from firstline.people.posts import key_of
from firstline.people.web import who_of
from firstline.requests.files.store import Attachment
from firstline.requests.files.uploads import Uploads, readable

# The envelope of a multipart body comes on top of the file.
BODY_LIMIT = FILE_LIMIT + 64 * 1024
CHUNK = 256 * 1024
SECONDS = 300
FILE = {
    200: ResponseSpec(bytes, media_type="*/*", generate_examples=False, description="The file"),
    304: ResponseSpec(None, description="As you have it"),
}
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'"


class AttachmentOut(msgspec.Struct):
    """What an uploader is told; `inline` says that it may be shown as an image."""

    id: UUID
    name: str
    size: int
    inline: bool


async def upload(
    request: Http,
    db: Given[Db],
    files: Given[Files],
    seal: Given[Seal],
    who: Given[Who],
    now: Given[datetime],
) -> Response[AttachmentOut]:
    """Take one file in as a draft; it becomes part of an entry when it is said with it."""
    state = request.app.state
    if "uploads" not in state:
        state["uploads"] = Uploads(files, seal)
    if int(request.headers.get("content-length") or 0) > BODY_LIMIT:
        raise too_large(FILE_LIMIT)
    try:
        async with asyncio.timeout(SECONDS):
            row, again = await _take_in(request, state["uploads"], db, who, now)
    except TimeoutError:
        raise Refused(_("The file took too long; try again."), status=408) from None
    attachment = AttachmentOut(row.id, row.name, row.size, row.inline)
    return Response(attachment, status_code=200 if again else 201)


async def _take_in(
    request: Http, uploads: Uploads, db: Db, who: Who, now: datetime
) -> tuple[Attachment, bool]:
    if request.content_type[0] != RequestEncodingType.MULTI_PART:
        name = unquote(request.headers.get("x-file-name", ""))
        async with aclosing(request.stream()) as chunks:
            allowed = _while_signed_in(request, chunks)
            return await uploads.take(db, who, name, allowed, key=key_of(request, None), now=now)
    form = await request.form()
    part, key = form.get("file"), form.get("key")
    if not isinstance(part, UploadFile):
        raise Invalid(_("Send the file as a part named file."), field="file")
    if not isinstance(key, str | None):
        raise Invalid(_("%(field)s must be text.") % {"field": "key"}, field="key")
    key = key_of(request, key)
    try:
        allowed = _while_signed_in(request, _parts(part))
        return await uploads.take(db, who, part.filename, allowed, key=key, now=now)
    finally:
        await part.close()


async def _parts(part: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await part.read(CHUNK):
        yield chunk


async def download(
    request: Http,
    db: Given[Db],
    files: Given[Files],
    who: Given[Who],
    attachment_id: FromPath[UUID],
) -> Response[Any]:
    """Send a file to whoever sees the entry it was said with."""
    async with db.connection() as conn:
        row = await readable(conn, who, attachment_id)
    headers = _headers(row)
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(b"", status_code=304, headers=headers)
    chunks = files.open(row.key)
    # Missing must be known before the first byte of the answer has left.
    first = await anext(chunks, b"")
    headers["content-length"] = str(row.size)
    # The answer adds the charset of a text by itself.
    kind = row.media_type.partition(";")[0]
    return Stream(_all(first, _while_signed_in(request, chunks)), media_type=kind, headers=headers)


def _headers(row: Attachment) -> dict[str, str]:
    return {
        "content-disposition": disposition(row.name, inline=row.inline),
        "content-security-policy": SANDBOX,
        "cache-control": "private, no-cache",
        "cross-origin-resource-policy": "same-origin",
        "etag": f'"{row.sha.hex()}"',
    }


async def _all(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk


async def _while_signed_in(request: Http, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same chunks, for as long as whoever sends or reads them may: slowness buys no time.

    Raises NotSignedIn.
    """
    async for chunk in chunks:
        await who_of(request)
        yield chunk


routes = [
    post("/attachments", request_max_body_size=BODY_LIMIT, summary="Upload a file")(upload),
    get("/attachments/{attachment_id:uuid}", responses=FILE, summary="Download a file")(download),
]
page_routes = [
    post("/attachments", request_max_body_size=BODY_LIMIT, include_in_schema=False)(upload),
    get("/attachments/{attachment_id:uuid}", include_in_schema=False)(download),
]
