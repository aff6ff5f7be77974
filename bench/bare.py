"""The same server without a database: it reads the frame, acks it, and passes it on.

What is left of a message's cost when nothing is kept: the measure that the desk is held to.
"""

import sys
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
import uvloop

from firstline.cli.process import _options
from firstline.settings import Settings

followers: dict[str, list[Any]] = {}


class Frame(msgspec.Struct):
    do: str
    topic: str = ""
    request: int = 0
    key: str = ""
    body: str = ""


decode = msgspec.json.Decoder(Frame).decode
encode = msgspec.json.Encoder().encode


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """`follow` joins a topic; `say` is acked and told to its followers."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ready"})
        return
    await receive()
    await send({"type": "websocket.accept"})
    no = 0
    while (message := await receive())["type"] == "websocket.receive":
        frame = decode(message["text"] or message["bytes"])
        if frame.do == "follow":
            followers.setdefault(frame.topic, []).append(send)
            continue
        no += 1
        topic = f"request/{frame.request}"
        ack = encode({"ack": frame.key, "no": no}).decode()
        await send({"type": "websocket.send", "text": ack})
        entry = {
            "no": no, "kind": "said", "by": {"name": "Contact", "side": "client"},
            "audience": "all", "channel": "chat", "body": frame.body,
            "at": "2026-03-07T10:00:00Z", "key": frame.key, "data": {},
        }  # fmt: skip
        text = encode({"topic": topic, "no": no, "entry": entry}).decode()
        for follower in followers.get(topic, ()):
            await follower({"type": "websocket.send", "text": text})


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        kind = (await receive())["type"]
        await send({"type": kind + ".complete"})
        if kind == "lifespan.shutdown":
            return


if __name__ == "__main__":
    config = _options(echo, Settings(data=Path(), secret=b""))
    config.port = int(sys.argv[1])
    uvloop.run(uvicorn.Server(config).serve())
