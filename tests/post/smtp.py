"""A real SMTP server on the loopback that can be told to misbehave."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import EmailMessage

from firstline.kit.mail import parse_message


@dataclass
class Smtp:
    """`manner` is what it does next: well, silent, 451, 550, 550-data, drop, drop-quit, 535."""

    manner: str = "well"
    port: int = 0
    extensions: tuple[str, ...] = ("8BITMIME", "SMTPUTF8")
    taken: list[EmailMessage] = field(default_factory=list[EmailMessage])
    raw: list[bytes] = field(default_factory=list[bytes])
    commands: list[str] = field(default_factory=list[str])

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?starttls=0"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.manner == "silent":
            await reader.read()
            return
        writer.write(b"220 here\r\n")
        while line := (await reader.readuntil(b"\r\n")).decode().strip("\r\n"):
            self.commands.append(line)
            verb = line.split(" ")[0].upper()
            if verb == "DATA" and not self.manner.startswith("550-"):
                writer.write(b"354 go on\r\n")
                await self._data(reader)
            if (answer := self._answer(verb)) is None:
                return
            writer.write(answer.encode() + b"\r\n")
            if verb == "QUIT":
                return

    async def _data(self, reader: asyncio.StreamReader) -> None:
        body = await reader.readuntil(b"\r\n.\r\n")
        self.raw.append(body)
        self.taken.append(parse_message(body[:-3].replace(b"\r\n..", b"\r\n.")))

    def _answer(self, verb: str) -> str | None:
        if verb == "EHLO":
            return (
                "\r\n".join(f"250-{each}" for each in ("here", *self.extensions)) + "\r\n250 HELP"
            )
        if verb == "RCPT" and self.manner in ("451", "550"):
            return f"{self.manner} not {'now' if self.manner == '451' else 'here'}"
        if verb == "MAIL" and self.manner == "530":
            return "530 sign in first"
        if verb == "DATA" and self.manner == "550-data":
            return "550 we do not like it"
        if (verb, self.manner) in (("DATA", "drop"), ("QUIT", "drop-quit")):
            return None
        return "250 well"


@contextlib.asynccontextmanager
async def smtp(manner: str = "well") -> AsyncIterator[Smtp]:
    """A server on a free port for the length of the block."""
    twin = Smtp(manner)
    server = await asyncio.start_server(twin.serve, "127.0.0.1", 0)
    twin.port = server.sockets[0].getsockname()[1]
    try:
        yield twin
    finally:
        server.close()
