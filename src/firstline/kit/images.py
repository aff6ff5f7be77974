"""Pictures that people send, each decoded in a process of its own, bounded and killed.

A decoder is written for speed, not for enemies: a small file can keep it busy for minutes or make
it take all memory. What it does is in kit/pixels; here it is started, fed, timed and ended.
"""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Hashable
from weakref import WeakValueDictionary

from firstline.kit.boxes import is_made_of_boxes
from firstline.kit.errors import Invalid, Unavailable
from firstline.kit.i18n import gettext as _
from firstline.kit.pixels import MAX_IMAGE_PIXELS, Picture
from firstline.kit.tiff import HEADS

CONCURRENT = 2
SECONDS = 15
# On a busy machine a second of work takes several by the clock.
PATIENCE = 4
SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")


def may_be_picture(head: bytes) -> bool:
    """Whether the first bytes are those of a format we read; nothing is trusted by it."""
    return head.startswith(SIGNATURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def may_tell(head: bytes) -> bool:
    """Whether the first bytes are those of a picture or film that may tell place and camera."""
    return may_be_picture(head) or head.startswith(HEADS) or is_made_of_boxes(head)


class Pictures:
    """Encodes `concurrent` images at a time, of each person one; the others wait in line.

    `max_pixels` bounds memory: a larger image is told by its header, before it is read. `seconds`
    is how long a processor may work on one.
    """

    def __init__(
        self,
        *,
        max_pixels: int = MAX_IMAGE_PIXELS,
        concurrent: int = CONCURRENT,
        seconds: int = SECONDS,
    ) -> None:
        self._max_pixels = max_pixels
        self._seconds = seconds
        self._free = asyncio.Semaphore(concurrent)
        self._turns: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    async def encode(self, data: bytes, person: Hashable) -> Picture | bytes:
        """The image encoded anew; or the file without its metadata, where it cannot be shown: one
        that moves, is over the limits, or is no sound image.

        Raises Invalid for one that takes more time or memory than a picture may.
        """
        turn = self._turns.setdefault(person, asyncio.Lock())
        async with turn, self._free:
            return _read_answer(await self._decode(data))

    async def _decode(self, data: bytes) -> bytes:
        decoder = await _start(str(self._max_pixels), str(self._seconds))
        try:
            async with asyncio.timeout(self._seconds * PATIENCE):
                answer, _errors = await decoder.communicate(data)
        except TimeoutError:
            raise _too_much_work() from None
        finally:
            await _end(decoder)
        if decoder.returncode:
            raise _too_much_work()
        return answer


async def _start(*words: str) -> Process:
    # No environment: a decoder that is taken over finds no secret of the desk in it.
    try:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "firstline.kit.pixels", *words),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
            cwd="/",
        )
    except OSError as error:
        raise Unavailable(
            _("Pictures cannot be opened right now; try again in a minute."),
            headers={"Retry-After": "60"},
        ) from error


async def _end(decoder: Process) -> None:
    """Kill what still runs, also when whoever waited for it has gone."""
    if decoder.returncode is None:
        decoder.kill()
        await asyncio.shield(decoder.wait())


def _read_answer(answer: bytes) -> Picture | bytes:
    head, _line, data = answer.partition(b"\n")
    if head == b"-":
        return data
    kind, width, height = head.decode().split(" ")
    return Picture(data, kind, int(width), int(height))


def _too_much_work() -> Invalid:
    return Invalid(
        _(
            "This picture takes too much work to open, so it was not saved. Send a screenshot "
            "of it, or save it again in another program; in a ZIP archive it can be sent as it "
            "is."
        ),
        field="file",
    )
