"""Words that are taken back leave the letters that the desk itself keeps."""

from pathlib import Path
from typing import Any

import pytest

from firstline.app import Desk
from firstline.kit.mail import FolderMail, list_letters
from firstline.people import Who
from firstline.requests import NewRequest, Words, moves, open_request, redacting, say
from firstline.worker import due_runner, outbox_runner

SECRET = "The key of the safe is under the blue pot"


@pytest.fixture
def folder(desk: Desk, tmp_path: Path, clock: Any) -> Path:
    desk.mail = FolderMail(tmp_path / "mail", "desk@firstline.example", clock=clock)
    return desk.mail.folder


async def send_all(desk: Desk, clock: Any) -> None:
    clock.pass_by(minutes=20)
    for _ in range(3):
        await due_runner(desk).step()
        await outbox_runner(desk).step()


async def answered(desk: Desk, world: dict[str, Who], body: str, *, title: str = "") -> int:
    _, made = await open_request(
        desk.call(world["vera"]), NewRequest("web", "Help", title=title or None)
    )
    await desk.call(world["anna"]).run(moves.take_next, "first")
    await say(desk.call(world["anna"]), made.no, Words(body))
    return made.no


async def test_the_letter_that_carried_the_words_goes_and_others_stay(
    desk: Desk, world: dict[str, Who], clock: Any, folder: Path
) -> None:
    no = await answered(desk, world, SECRET)
    await send_all(desk, clock)
    await say(desk.call(world["anna"]), no, Words("A harmless word"))
    await send_all(desk, clock)
    texts = [one.text for one in list_letters(folder)]
    assert sum(SECRET in text for text in texts) == 1
    await desk.call(world["anna"]).run(redacting.redact, no, 3, "Not for here")
    await send_all(desk, clock)
    left = [one.text for one in list_letters(folder)]
    assert len(left) == len(texts) - 1
    assert not any(SECRET in text for text in left)
    assert any("A harmless word" in text for text in left)


async def test_a_title_that_goes_takes_every_letter_that_bore_it(
    desk: Desk, world: dict[str, Who], clock: Any, folder: Path
) -> None:
    call = desk.call(world["vera"])
    _, made = await open_request(call, NewRequest("web", SECRET))
    await desk.call(world["anna"]).run(moves.take_next, "first")
    await say(desk.call(world["anna"]), made.no, Words("A harmless word"))
    await send_all(desk, clock)
    assert any(SECRET in one.subject for one in list_letters(folder))
    await desk.call(world["anna"]).run(redacting.redact, made.no, 1, "Not for here")
    await send_all(desk, clock)
    assert list_letters(folder) == []


async def test_a_letter_that_was_being_written_meanwhile_goes_as_well(
    desk: Desk, world: dict[str, Who], clock: Any, folder: Path
) -> None:
    no = await answered(desk, world, SECRET)
    clock.pass_by(minutes=20)
    await due_runner(desk).step()
    await desk.call(world["anna"], clock()).run(redacting.redact, no, 3, "Not for here")
    await outbox_runner(desk).step()
    async with desk.db.connection() as conn:
        cursor = await conn.execute("select id from outbox where kind = 'letter'")
        parcels = await cursor.fetchall()
    assert parcels
    folder.mkdir(exist_ok=True)
    late = folder / f"{parcels[0][0]}.eml"
    late.write_text(SECRET)  # by another process, which had read the words before
    clock.pass_by(seconds=30)
    await outbox_runner(desk).step()
    assert not late.exists()
