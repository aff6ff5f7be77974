"""The live socket `/live`: follow requests, lines and one's own work; say, type, mark as seen.

Raw ASGI, beside the web framework: this is the hot path. A connection costs the server's task,
which reads, and one task that writes (`kit.live.Stream`). What is said to the same request is
done in the order in which it came; different requests do not wait for each other.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from firstline.kit import i18n
from firstline.kit.db import Db
from firstline.kit.errors import Forbidden, Missing, NotSignedIn, Refused, TooMany
from firstline.kit.i18n import gettext as _
from firstline.kit.live import Hub, Kept, Stream
from firstline.people import Who
from firstline.regulations.versions import Policies
from firstline.requests.actions.opening import say, seen
from firstline.requests.live import frames as words
from firstline.requests.live.caller import SUBPROTOCOL, Identify, caller
from firstline.timeline import Entry, Ledger, may_see, public, sees
from firstline.timeline.access import missing

log = logging.getLogger(__name__)
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Render = Callable[[Entry, Who], str]
FOLLOWED = 200
LOOK_AGAIN = timedelta(seconds=15)
LOOK_AT_POLICIES = timedelta(seconds=2)
TYPING_EVERY = 0.5
NOT_SIGNED_IN = 4401
FAILED = 1011


class LiveSocket:
    """The ASGI application of `/live`. `render` makes the HTML for those who ask for `?as=html`.

    It may look at the reader's side and language, and at whether the words are theirs: what it
    makes is shared by readers who have these in common. `rate` is how many words a second one
    connection may send; 0 means no limit.
    """

    def __init__(
        self,
        db: Db,
        ledger: Ledger,
        hub: Hub,
        policies: Policies,
        *,
        clock: Callable[[], datetime],
        public_url: str,
        render: Render | None = None,
        rate: int = 500,
    ) -> None:
        self.db = db
        self.ledger = ledger
        self.hub = hub
        self.policies = policies
        self.clock = clock
        self.public_url = public_url
        self.render = render
        self.rate = rate
        self.speaking: dict[tuple[Connection, int], asyncio.Task[None]] = {}
        self._looked_at: datetime | None = None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one connection; who is not known, or comes from a foreign page, gets 403."""
        await receive()
        try:
            identify = caller(self.db, scope, self.public_url)
            who = await identify(self.clock())
        except Refused as refused:
            log.info("socket refused: %s", refused.detail)
            await send({"type": "websocket.close", "code": NOT_SIGNED_IN})
            return
        i18n.use(who.language)
        subprotocol = SUBPROTOCOL if SUBPROTOCOL in (scope.get("subprotocols") or ()) else None
        await send({"type": "websocket.accept", "subprotocol": subprotocol})
        html = b"as=html" in scope.get("query_string", b"").split(b"&")
        connection = Connection(self, who, identify, send, html=html and self.render is not None)
        await connection.serve(receive)

    async def fresh_policies(self, now: datetime) -> Policies:
        """The policies, looked at again every two seconds by one of those who ask, not by all."""
        if self._looked_at is None or abs(now - self._looked_at) > LOOK_AT_POLICIES:
            self._looked_at = now
            await self.policies.fresh(now)
        return self.policies


class Connection(Stream):
    """One open socket. It holds no request and no text: places, and what is under way."""

    __slots__ = (
        "_asgi",
        "_budget",
        "_desk",
        "_html",
        "_identified",
        "_identify",
        "_spent",
        "_staff",
        "_typed",
        "_waiting",
    )

    def __init__(
        self, desk: LiveSocket, who: Who, identify: Identify, send: Send, *, html: bool
    ) -> None:
        super().__init__(desk.hub, who, who.id, who.epoch)
        self._desk = desk
        self._asgi = send
        self._identify = identify
        self._identified = desk.clock()
        self._html = html
        self._staff = who.is_staff
        self._typed = 0.0
        self._budget = float(desk.rate)
        self._spent = 0.0
        self._waiting: dict[int, deque[words.Say | words.Seen]] = {}

    async def serve(self, receive: Receive) -> None:
        """Read until the other side is gone; a task of its own writes."""
        self._hub.join(self)
        writer = asyncio.create_task(self._write())
        try:
            while True:
                message = await receive()
                if message["type"] == "websocket.disconnect":
                    return
                await self._take(message.get("text") or message.get("bytes") or "")
                await self.room()
        finally:
            self._hub.leave(self)
            self.detach()
            writer.cancel()

    async def _write(self) -> None:
        try:
            code = await self.run()
            await self._asgi({"type": "websocket.close", "code": code})
        except OSError:
            return  # the server's word for a reader who is gone; `serve` hears of it too
        except Exception:
            log.exception("live writer failed")
            await self._asgi({"type": "websocket.close", "code": FAILED})

    async def send(self, text: str) -> None:
        await self._asgi({"type": "websocket.send", "text": text})

    def abort(self) -> None:
        """Drop the transport: ASGI has no word for a reader that has stopped reading."""
        transport = getattr(getattr(self._asgi, "__self__", None), "transport", None)
        if transport is not None:
            transport.abort()

    # -- what comes in ----------------------------------------------------------------------

    async def _take(self, message: str | bytes) -> None:
        try:
            if self._desk.clock() - self._identified > LOOK_AGAIN:
                await self._look_again()
            await self._do(words.read(message))
        except NotSignedIn:
            self.end(NOT_SIGNED_IN)
        except Refused as refused:
            self.tell(words.refusal(words.name_of(message), refused))

    async def _look_again(self) -> None:
        """A call moves the session's end and counts as presence; a session may also be over."""
        self._identified = self._desk.clock()
        who = await self._identify(self._identified)
        if who.epoch != self.epoch:
            self.revoked()

    async def _do(self, frame: words.Frame) -> None:
        match frame:
            case words.Say() | words.Seen():
                self._queue(frame)
            case words.Typing():
                self._type(frame)
            case words.Follow():
                self._begin(frame)
            case words.Unfollow():
                topic = self._topic(frame.topic)
                self.unfollow(topic)

    def _topic(self, name: str) -> str:
        """The hub's topic of a name on the wire. Raises `Missing`."""
        kind, _slash, rest = name.partition("/")
        if kind == "request" and rest.isascii() and rest.isdigit() and rest[0] != "0":
            if len(rest) < 16:
                return name
        elif name == "person/me":
            return f"person/{self.who.id}"
        elif kind == "line" and self._staff and rest.isidentifier():
            return name
        raise Missing(_("There is no such topic; follow request/…, line/… or person/me."))

    def _begin(self, frame: words.Follow) -> None:
        topic = self._topic(frame.topic)
        if self.following >= FOLLOWED and not self.reads(topic):
            raise TooMany(_("One connection follows at most 200 topics; unfollow some."))
        signal = not topic.startswith("request/")
        self.follow(topic, frame.topic, frame.after, signal=signal)

    def _type(self, frame: words.Typing) -> None:
        topic = f"request/{frame.request}"
        if not self.reads(topic):
            raise missing(frame.request)
        if frame.audience == "staff" and not self._staff:
            raise Forbidden(_("Only staff write notes."), status=404)
        moment = asyncio.get_running_loop().time()
        if moment - self._typed < TYPING_EVERY:
            return
        self._typed = moment
        by = {"id": str(self.who.id), "name": self.who.name, "side": self.who.side}
        told = {"request": frame.request, "by": by, "audience": frame.audience or "all"}
        self._hub.whisper(topic, told)

    # -- what is done in order --------------------------------------------------------------

    def _queue(self, frame: words.Say | words.Seen) -> None:
        self._spend()
        self.in_flight += 1
        waiting = self._waiting.get(frame.request)
        if waiting is not None:
            waiting.append(frame)
            return
        self._waiting[frame.request] = deque((frame,))
        # Kept by the desk: what was sent is done, even when its sender is gone by then.
        self._desk.speaking[self, frame.request] = asyncio.create_task(self._work(frame.request))

    def _spend(self) -> None:
        rate = self._desk.rate
        if not rate:
            return
        moment = asyncio.get_running_loop().time()
        self._budget = min(rate, self._budget + (moment - self._spent) * rate)
        self._spent = moment
        if self._budget < 1:
            raise TooMany(_("Too many messages at once; send this again in a second."))
        self._budget -= 1

    async def _work(self, no: int) -> None:
        waiting = self._waiting[no]
        while waiting:
            frame = waiting.popleft()
            name = frame.key if isinstance(frame, words.Say) else f"request/{no}"
            try:
                text = await self._done(frame)
            except Refused as refused:
                text = words.refusal(name, refused)
            except Exception:
                log.exception("message to request %s failed", no)
                sentence = _("Something went wrong on our side; send it again.")
                refused = Refused(sentence, status=500, title="internal-error")
                text = words.refusal(name, refused)
            self.answer(text)
        del self._waiting[no], self._desk.speaking[self, no]

    async def _done(self, frame: words.Say | words.Seen) -> str | None:
        desk, now = self._desk, self._desk.clock()
        if isinstance(frame, words.Seen):
            await seen(desk.db, self.who, frame.request, frame.no, now=now)
            return None
        entry, _known = await say(
            desk.db,
            desk.ledger,
            await desk.fresh_policies(now),
            self.who,
            frame.request,
            body=frame.body,
            key=frame.key,
            audience=frame.audience,
            channel="chat",
            seen=frame.seen,
            now=now,
        )
        return words.ack(frame.key, entry.no)

    # -- what goes out ----------------------------------------------------------------------

    async def read(self, topic: str, after: int, limit: int) -> tuple[Sequence[Any], int]:
        """As the hub's source reads it, after a look at the right to it as it stands now."""
        no = int(topic.removeprefix("request/"))
        request = await self._desk.ledger.request(no, fresh=True)
        if request is None or not may_see(self.who, request):
            raise missing(no)
        if request.head == after:
            return (), after
        return await super().read(topic, after, limit)

    def sees(self, value: Entry) -> bool:
        return sees(self.who, value)

    def write_item(self, name: str, item: Kept) -> str:
        entry: Entry = item.value
        render = self._desk.render if self._html else None
        key = (
            (self._staff, entry.by_id == self.who.id, self.who.language) if render else self._staff
        )
        text = item.texts.get(key)
        if text is None:
            if render:
                text = words.news(name, item.no, "html", words.text(render(entry, self.who)))
            else:
                json = words.text(public(entry, staff=self._staff))
                text = words.news(name, item.no, "entry", json)
            item.texts[key] = text
        return text

    def write_signal(self, name: str, head: int) -> str:
        return words.text({"topic": name, "no": head})

    def write_reset(self, name: str) -> str:
        return words.text({"reset": name})

    def write_refusal(self, name: str, refused: Refused) -> str:
        return words.refusal(name, refused)

    def hear(self, topic: str, message: Mapping[str, Any]) -> None:
        """Somebody types: told to the others, and of notes to staff only."""
        by = message["by"]
        if by["id"] == str(self.who.id) or not self.reads(topic):
            return
        if message["audience"] == "staff" and not self._staff:
            return
        told = {**message, "by": {"name": by["name"], "side": by["side"]}}
        self.mention((topic, by["id"]), words.text({"typing": told}))
