"""Twins in memory of what lies on disk or leaves the machine: files, and letters that were sent."""

import hashlib
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage

from firstline.kit import clock
from firstline.kit.errors import Missing
from firstline.kit.files import FILE_LIMIT, Stored, check_size
from firstline.kit.mail import Letter, compose, parse_message


class MemoryFiles:
    """Files in memory, held to the ways of a folder by `tests/post/test_files.py`."""

    def __init__(self, clock: Callable[[], datetime] = clock.now) -> None:
        self.kept: dict[str, bytes] = {}
        self.put_at: dict[str, datetime] = {}
        self._clock = clock

    async def put(self, chunks: AsyncIterator[bytes], *, limit: int = FILE_LIMIT) -> Stored:
        data = b""
        async for chunk in chunks:
            data += chunk
            check_size(len(data), limit)
        key = secrets.token_hex(16)
        self.kept[key], self.put_at[key] = data, self._clock()
        return Stored(key, len(data), hashlib.sha256(data).digest())

    async def open(self, key: str) -> AsyncIterator[bytes]:
        if key not in self.kept:
            raise Missing("There is no such file.")
        yield self.kept[key]

    async def exists(self, key: str) -> bool:
        return key in self.kept

    async def delete(self, key: str) -> None:
        self.kept.pop(key, None)
        self.put_at.pop(key, None)

    async def keys(self, *, before: datetime | None = None) -> list[str]:
        return [key for key, at in self.put_at.items() if before is None or at < before]

    async def tidy(self, *, before: datetime) -> int:
        return 0


@dataclass(slots=True)
class MemoryMail:
    """Letters in memory: `sent` holds the letters, composed and parsed again."""

    sender: str = "Support <support@firstline.example>"
    sent: list[Letter] = field(default_factory=list[Letter])
    messages: list[EmailMessage] = field(default_factory=list[EmailMessage])
    clock: Callable[[], datetime] = clock.now

    async def send(self, letter: Letter) -> None:
        message = compose(letter, self.sender, now=self.clock())
        self.sent.append(letter)
        self.messages.append(parse_message(message.as_bytes()))
