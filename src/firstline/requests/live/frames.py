"""The words of the live socket: what a client may send, and how each answer is written."""

from typing import Annotated, Any, Literal

import msgspec

from firstline.kit.errors import Invalid, Refused
from firstline.kit.i18n import gettext as _

Number = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
RequestNo = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
Topic = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Audience = Literal["all", "staff"]
WhoseTurn = Literal["client", "us"]


class Follow(msgspec.Struct, tag_field="do", tag="follow", forbid_unknown_fields=True):
    """Send what stands above `after` in the topic, then what comes."""

    topic: Topic
    after: Number = 0


class Unfollow(msgspec.Struct, tag_field="do", tag="unfollow", forbid_unknown_fields=True):
    topic: Topic


class Say(msgspec.Struct, tag_field="do", tag="say", forbid_unknown_fields=True):
    """Words into a request; `key` comes back with the ack. `seen` and `turn` as in the API."""

    request: RequestNo
    key: Key
    body: str
    audience: Audience | None = None
    seen: Number | None = None
    turn: WhoseTurn | None = None


class Typing(msgspec.Struct, tag_field="do", tag="typing", forbid_unknown_fields=True):
    """This person is writing; `audience` staff when it will be a note."""

    request: RequestNo
    audience: Audience | None = None


class Seen(msgspec.Struct, tag_field="do", tag="seen", forbid_unknown_fields=True):
    """This person has seen the entries of the request up to number `no`."""

    request: RequestNo
    no: Number


Frame = Follow | Unfollow | Say | Typing | Seen
_frames = msgspec.json.Decoder[Frame](Frame)
_encoder = msgspec.json.Encoder()


def text(value: Any) -> str:
    """`value` as JSON."""
    return _encoder.encode(value).decode()


def read(message: str | bytes) -> Frame:
    """The frame in a message. Raises `Refused` (400) for what is no JSON, `Invalid` else."""
    try:
        frame = _frames.decode(message)
    except msgspec.ValidationError as error:
        raise Invalid(_("This message cannot be read: {}.").format(error)) from None
    except (ValueError, RecursionError):
        raise Refused(_("Send one JSON object per message."), title="bad-request") from None
    if isinstance(frame, Say) and "\0" in frame.key:
        raise Invalid(_("key holds a NUL character; remove it."), field="key")
    return frame


class _Named(msgspec.Struct):
    """What a message may call itself by, whatever else it holds."""

    key: object = None
    topic: object = None


def name_of(message: str | bytes) -> str | None:
    """What a refused message called itself, so that its sender can tell which one it was."""
    try:
        named = msgspec.json.decode(message, type=_Named)
    except (ValueError, RecursionError):
        return None
    names = named.key, named.topic
    return next((name for name in names if isinstance(name, str) and len(name) <= 200), None)


def ack(key: str, no: int) -> str:
    return f'{{"ack":{text(key)},"no":{no}}}'


def refusal(name: str | None, refused: Refused) -> str:
    """A refusal as an RFC 9457 problem; `name` is the key or topic that it answers."""
    problem = {
        "type": f"/problems/{refused.title}",
        "title": refused.title,
        "status": refused.status,
        "detail": refused.detail,
        **refused.extra,
    }
    return text({"refused": name, "problem": problem})


def news(topic: str, no: int, kind: str, json: str) -> str:
    """News of a topic; `json` is the entry, or its HTML, already encoded."""
    return f'{{"topic":{text(topic)},"no":{no},"{kind}":{json}}}'
