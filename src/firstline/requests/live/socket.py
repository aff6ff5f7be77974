"""The live socket `/live`: follow requests, lines and one's own work; say, type, mark as seen.

Raw ASGI, beside the web framework: this is the hot path. A connection costs the server's task,
which reads, and one task that writes (`kit.live.Stream`). What is said to the same request is
done in the order in which it came; different requests do not wait for each other.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from firstline.kit import i18n
from firstline.kit.db import Db
from firstline.kit.errors import Forbidden, Missing, NotSignedIn, Refused, TooMany
from firstline.kit.i18n import gettext as _
from firstline.kit.live import Hub, Item, Stream
from firstline.kit.live.stream import Message, Send
from firstline.people import Who, demand_scope
from firstline.regulations import Policies
from firstline.requests.actions.saying import mark_seen, say
from firstline.requests.live import frames as words
from firstline.requests.live.caller import SUBPROTOCOL, Identify, caller
from firstline.requests.model import Words
from firstline.timeline import Call, Entry, Ledger, may_see, missing, public, sees

log = logging.getLogger(__name__)
Receive = Callable[[], Awaitable[Message]]
Render = Callable[[Entry, Who], str]
FOLLOWED = 200
LOOK_AGAIN = timedelta(seconds=15)
LOOK_AT_POLICIES = timedelta(seconds=2)
TYPING_EVERY = 0.5
NOT_SIGNED_IN = 4401
FAILED = 1011


class LiveSocket:
    """The ASGI application of `/live`. `render` makes the HTML for those who ask for `?as=html`.

    The page that opens it names its language (`lang`), in which news arrives, and its person
    (`person`): a session that has become another's is refused. `render` may look at the reader's
    side and language, and at whether the words are theirs: what it makes is shared by readers who
    have these in common. `rate` is how many words a second one
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
        self.speaking: dict[tuple[SocketConnection, int], asyncio.Task[None]] = {}
        self._looked_at: datetime | None = None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one connection; who is not known, or comes from a foreign page, gets 403."""
        await receive()
        try:
            identify = caller(self.db, scope, self.public_url)
            who = await identify(self.clock())
            demand_scope(who, "read")
        except Refused as refused:
            log.info("socket refused: %s", refused.detail)
            await send({"type": "websocket.close", "code": NOT_SIGNED_IN})
            return
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        if asked.get("person", [str(who.id)]) != [str(who.id)]:
            # A page of somebody who was signed in before: its words are not this person's.
            await send({"type": "websocket.close", "code": NOT_SIGNED_IN})
            return
        who = replace(who, language=_language(asked, who))
        i18n.use(who.language)
        subprotocol = SUBPROTOCOL if SUBPROTOCOL in (scope.get("subprotocols") or ()) else None
        await send({"type": "websocket.accept", "subprotocol": subprotocol})
        html = asked.get("as") == ["html"]
        connection = SocketConnection(
            self, who, identify, send, html=html and self.render is not None
        )
        await connection.serve(receive)

    async def freshen(self, now: datetime) -> None:
        """The policies, looked at again every two seconds by one of those who ask, not by all."""
        if self._looked_at is None or abs(now - self._looked_at) > LOOK_AT_POLICIES:
            self._looked_at = now
            await self.policies.fresh(now)


class SocketConnection(Stream):
    """One open socket. It holds no request and no text: places, and what is under way."""

    __slots__ = (
        "_budget",
        "_desk",
        "_html",
        "_identified_at",
        "_identify",
        "_spent_at",
        "_staff",
        "_typing_at",
        "_waiting",
    )

    def __init__(
        self, desk: LiveSocket, who: Who, identify: Identify, send: Send, *, html: bool
    ) -> None:
        super().__init__(desk.hub, send, who, who.credential, who.epoch)
        self._desk = desk
        self._identify = identify
        self._identified_at = desk.clock()
        self._html = html
        self._staff = who.is_staff
        self._typing_at = 0.0
        self._budget = float(desk.rate)
        self._spent_at = 0.0
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

    def abort(self) -> None:
        """Drop the transport: ASGI has no word for a reader that has stopped reading."""
        transport = getattr(getattr(self._asgi, "__self__", None), "transport", None)
        if transport is not None:
            transport.abort()

    # -- what comes in ----------------------------------------------------------------------

    async def _take(self, message: str | bytes) -> None:
        if self.ended:
            return  # what comes after the end of a right is not done
        try:
            if self._desk.clock() - self._identified_at > LOOK_AGAIN:
                await self._look_again()
            match words.read(message):
                case words.Say() | words.Seen() as frame:
                    demand_scope(self.who, "write")
                    self._queue(frame)
                case words.Typing() as frame:
                    demand_scope(self.who, "write")
                    self._type(frame)
                case words.Follow() as frame:
                    self._begin(frame)
                case words.Unfollow() as frame:
                    self.unfollow(self._topic(frame.topic))
        except NotSignedIn:
            self.end(NOT_SIGNED_IN)
        except Refused as refused:
            self.queue_text(words.refusal(words.name_of(message), refused))

    async def _look_again(self) -> None:
        """A call moves the session's end and counts as presence; a session may also be over."""
        self._identified_at = self._desk.clock()
        who = await self._identify(self._identified_at)
        if who.epoch != self.epoch:
            self.revoke()

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
        moment = self.loop.time()
        if moment - self._typing_at < TYPING_EVERY:
            return
        self._typing_at = moment
        by = {"id": str(self.who.id), "name": self.who.name, "side": self.who.side}
        self._hub.whisper(
            topic, {"request": frame.request, "by": by, "audience": frame.audience or "all"}
        )

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
        self._desk.speaking[self, frame.request] = self.loop.create_task(self._work(frame.request))

    def _spend(self) -> None:
        rate = self._desk.rate
        if not rate:
            return
        moment = self.loop.time()
        self._budget = min(rate, self._budget + (moment - self._spent_at) * rate)
        self._spent_at = moment
        if self._budget < 1:
            raise TooMany(_("Too many messages at once; send this again in a second."))
        self._budget -= 1

    async def _work(self, no: int) -> None:
        desk, who, waiting = self._desk, self.who, self._waiting[no]
        while waiting:
            frame, now, text = waiting.popleft(), desk.clock(), None
            try:
                call = Call(desk.db, desk.ledger, desk.policies, who, now)
                if isinstance(frame, words.Seen):
                    await call.run(mark_seen, no, frame.no)
                else:
                    await desk.freshen(now)
                    said = Words(
                        frame.body, frame.key, frame.audience, seen=frame.seen, turn=frame.turn
                    )
                    entry, _again = await say(call, no, said)
                    text = words.ack(frame.key, entry.no)
            except Exception as error:
                name = frame.key if isinstance(frame, words.Say) else f"request/{no}"
                text = words.refusal(name, _refusal(error, no))
            self.answer(text)
        del self._waiting[no], desk.speaking[self, no]

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

    def write_item(self, name: str, item: Item) -> str:
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
        """Somebody types: the others learn of it, and of notes only staff."""
        by = message["by"]
        if by["id"] == str(self.who.id) or not self.reads(topic):
            return
        if message["audience"] == "staff" and not self._staff:
            return
        typing = {**message, "by": {"name": by["name"], "side": by["side"]}}
        self.mention((topic, by["id"]), words.text({"typing": typing}))


def _language(asked: Mapping[str, list[str]], who: Who) -> str:
    """The language of the page that opens the socket (`?lang=`), else the person's own."""
    return i18n.choose(asked=asked.get("lang", [""])[0], person=who.language)


def _refusal(error: Exception, no: int) -> Refused:
    """What its sender is told of a message that failed."""
    if isinstance(error, Refused):
        return error
    log.error("message to request %s failed", no, exc_info=error)
    sentence = _("Something went wrong on our side; send it again.")
    return Refused(sentence, status=500, title="internal-error")
