"""Pictures of articles: sent from the editor, shown to whoever reads the article."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from firstline.kit.db import Db
from firstline.kit.errors import Invalid
from firstline.kit.files import Files, disposition, read, too_large
from firstline.kit.i18n import _
from firstline.kit.images import Pictures
from firstline.kit.web import Http
from firstline.people import Who
from firstline.people.visit import Visit
from firstline.wiki.writing.images import IMAGE_LIMIT, NewImage, image_for, take_image

BODY_LIMIT = IMAGE_LIMIT + 64 * 1024
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'"


class ImageOut(msgspec.Struct):
    """Where the picture is, and its name without the ending, for those who do not see it."""

    address: str
    name: str


@post("/wiki/articles/{slug:str}/images", status_code=201, request_max_body_size=BODY_LIMIT)
async def send_image(visit: Given[Visit], files: Given[Files], slug: FromPath[str]) -> ImageOut:
    """Take a picture in; what is none is refused in a sentence."""
    request = visit.http
    if int(request.headers.get("content-length") or 0) > BODY_LIMIT:
        raise too_large(IMAGE_LIMIT)
    part = (await request.form()).get("file")
    if not isinstance(part, UploadFile):
        raise Invalid(_("Send the file as a part named file."), field="file")
    try:
        came = NewImage(part.filename, await part.read(IMAGE_LIMIT + 1))
    finally:
        await part.close()
    state = request.app.state
    pictures: Pictures = state.setdefault("wiki_pictures", Pictures())
    image = await take_image(visit.db, files, pictures, visit.who, slug, came, now=visit.now)
    return ImageOut(image.address, image.name.rpartition(".")[0])


@get("/wiki/images/{image_id:uuid}", opt={"public": True}, include_in_schema=False)
async def show_image(
    request: Http,
    db: Given[Db],
    files: Given[Files],
    visitor: Given[Who | None],
    image_id: FromPath[UUID],
) -> Response[Any]:
    """A picture, for whom its article is."""
    async with db.connection() as conn:
        image = await image_for(conn, image_id, visitor)
    headers = {
        "content-disposition": disposition(image.name, inline=True),
        "content-security-policy": SANDBOX,
        "cache-control": "private, no-cache",
        "cross-origin-resource-policy": "same-origin",
        "etag": f'"{image.sha256.hex()}"',
    }
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(b"", status_code=304, headers=headers)
    data = await read(files, image.file_key)
    return Response(data, media_type=image.media_type, headers=headers)


handlers = [send_image]
