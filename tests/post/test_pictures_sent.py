"""Pictures that people send to a request: hostile ones, and those that cannot be shown."""

import io
from typing import Any

import httpx
import pytest
from PIL import Image

from firstline.app import Desk
from firstline.kit.errors import Invalid
from firstline.kit.files import bytes_of
from firstline.kit.images import Pictures
from firstline.requests.files.uploads import Uploads
from tests.memory import MemoryFiles
from tests.post.test_images import moving, scans_without_end


async def send(api: httpx.AsyncClient, name: str, data: bytes) -> httpx.Response:
    return await api.post("/api/v1/attachments", files={"file": (name, data)})


async def test_a_picture_that_takes_too_much_work_is_refused_and_not_kept(
    db: Any, world: Any, desk: Desk, clock: Any
) -> None:
    taker = Uploads(desk.files, desk.seal, pictures=Pictures(seconds=1))
    sent = bytes_of(scans_without_end())
    with pytest.raises(Invalid, match="too much work"):
        await taker.take(db, world["vera"], "holiday.jpg", sent, now=clock())
    assert isinstance(desk.files, MemoryFiles)
    assert desk.files.kept == {}


async def test_what_moves_is_a_download_that_keeps_its_frames(client_for: Any) -> None:
    vera, anna = await client_for("vera"), await client_for("anna")
    made = await vera.post("/api/v1/requests", json={"topic": "web", "body": "403 on /page/"})
    clip = await send(vera, "clip.gif", moving("GIF"))
    assert (clip.json()["name"], clip.json()["inline"]) == ("clip.gif", False)
    words = {"body": "See the file.", "files": [clip.json()["id"]]}
    path = f"/api/v1/requests/{made.json()['no']}/entries"
    assert (await vera.post(path, json=words)).status_code == 201
    got = await anna.get(f"/api/v1/attachments/{clip.json()['id']}")
    assert got.headers["content-disposition"].startswith("attachment;")
    assert getattr(Image.open(io.BytesIO(got.content)), "n_frames", 1) == 3
