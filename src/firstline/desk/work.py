"""Gathers what one pane shows: the queue with its alarms, and one request with its thread."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Concatenate, ParamSpec

import msgspec
from markupsafe import Markup

from firstline import lines
from firstline.conduct import ConductStep, conduct_names, steps_of_client
from firstline.desk import store
from firstline.desk.fields import field_rows
from firstline.desk.model import Card, OwnState, Queue, level
from firstline.desk.news import OperatorNews, news_of
from firstline.kit import web
from firstline.kit.db import Conn, Tx
from firstline.kit.errors import Conflict
from firstline.kit.html import day_of
from firstline.kit.i18n import _, speaking
from firstline.paid import paid_help, paid_words
from firstline.people import Who
from firstline.people.visit import Visit, labels
from firstline.people.web import Http
from firstline.policy import Policy
from firstline.policy.rules.conduct import has_conduct, steps_in_force
from firstline.policy.rules.promises import Debt, StillOurs, step
from firstline.requests import (
    KEPT_OPEN,
    REFUSED,
    Duplicate,
    StandingRefusal,
    asked_alike,
    entries_html,
    may_step,
    moves,
    standing_refusal,
)
from firstline.timeline import Call, Entry, Request, entries_after, seen_request, situation_of

ENTRIES_SHOWN = 200
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class May:
    """What this operator may do with the request as it stands; the use cases check again."""

    answer: bool
    take: bool
    take_at_once: bool
    skip: bool
    move: bool
    hand_over: bool
    send_back: bool
    delay: bool
    close: bool
    refuse: bool
    reopen: bool
    change: bool
    secrets: bool


@dataclass(frozen=True, slots=True)
class ConductCard:
    """A client's record of conduct beside a request; whether the operator may take a step from
    here, and take one back.
    """

    record: list[ConductStep]
    steps: bool
    takes_back: bool


def may(who: Who, request: Request, policy: Policy, *, offered: bool = False) -> May:
    """Which buttons make sense; `offered` is the request that its line offers them now."""
    mine = request.holder == who.id
    ours = request.line in who.lines
    decides = who.has("management")
    opened = not request.closed
    held = opened and request.holder is not None
    below = any(line.next == request.line for line in policy.lines)
    return May(
        answer=held and (mine or ours),
        take=opened and ours and not held and not offered,
        take_at_once=opened and ours and not held and offered,
        skip=opened and ours and (not held or (mine and request.state == "with_us")),
        move=held and mine,
        hand_over=held and mine and policy.next_line(request.line) is not None,
        send_back=held and mine and below,
        delay=opened and (mine or ours),
        close=held and (mine or ours),
        refuse=held and (mine or ours) and REFUSED in policy.outcomes,
        reopen=request.closed and (mine or ours or decides),
        change=mine or ours or decides,
        secrets=mine or ours,
    )


async def queue(conn: Conn, call: Call, me: OwnState) -> Queue:
    """The left pane in few queries. Who is on no line reads all; alarms are for a shift."""
    who, policy, now = call.who, call.policy, call.now
    ids = list(who.lines) or [line.id for line in policy.lines]
    if policy.order.by_arrival:
        waiting = await store.waiting(conn, ids)
    else:
        heads = await lines.heads(conn, call.order, ids, store.QUEUE_SHOWN)
        waiting = await store.waiting_at(conn, ids, heads)
    found = Queue(
        lines=await store.lines(conn, ids),
        waiting=waiting,
        held=await store.find_held(conn, who.id),
    )
    if me.present:
        numbers = [one.no for one in waiting]
        since = now - policy.presence_grace, now - policy.skip_pause
        found.unserved = await store.find_unserved(conn, numbers, *since) if numbers else set()
        found.alarms = _alarms(policy, found, now)
    return found


def _alarms(policy: Policy, queue: Queue, now: datetime) -> list[str]:
    """Names of the alarms that sound now: `1042/chat_waits`; the browser repeats them."""
    names = [f"{no}/unserved" for no in sorted(queue.unserved)]
    for request in (*queue.waiting, *queue.held):
        since, due_at = request.promise_since, request.promise_due_at
        if since is None or due_at is None:
            continue
        stages = policy.stages(since, due_at, kind=request.promise_kind or "", mode=request.mode)
        held = not hasattr(request, "place")
        passed = [i for i, (name, at) in enumerate(stages)
                  if at <= now and not (held and name == "chat_waits")]  # fmt: skip
        if passed:
            names.append(f"{request.no}/{passed[-1]}")
    return names


async def work(http: Http, conn: Conn, call: Call, no: int) -> dict[str, Any]:
    """Everything the middle and right panes show of request `no`, in few queries."""
    lang = web.language(http, call.who.language)
    request = await seen_request(conn, call.who, no)
    first = max(0, request.head - ENTRIES_SHOWN)
    entries = await entries_after(conn, no, first, ENTRIES_SHOWN, staff=True)
    return {
        "entries": await entry_rows(entries, call.who, call.policy, lang, call.now),
        "older": first > 0,
        "ask_secret": ask_for_secret(request, web.web_of(http).public_url),
        **await _head(conn, call, request, lang),
    }


async def _head(conn: Conn, call: Call, request: Request, lang: str) -> dict[str, Any]:
    """What stands above, beside and below the thread: it is shown anew when the request moves."""
    who, policy = call.who, call.policy_of(request)
    card = await store.card(conn, request, who.id)
    can = may(who, request, policy, offered=await _is_offered(conn, call, request))
    return {
        "refusal": await _refusal(conn, request, policy),
        "alike": await _alike(conn, who, request, card),
        "request": request,
        "card": card,
        "may": can,
        "label": labels(policy, lang),
        "policy": policy,
        "note_only": not can.answer,
        "colleague": card.holder if request.holder not in (None, who.id) else None,
        "fields": field_rows(request, policy, card, lang),
        "next_word_at": next_word_at(request, policy, call.now),
        "paid": await paid_help(conn, call, request),
        **paid_words(policy),
        **await _conduct(conn, call, request, lang),
        **draft_of(card, request.no),
    }


async def _refusal(conn: Conn, request: Request, policy: Policy) -> StandingRefusal | None:
    """The last refusal, looked up only where there can be one that the client has disputed."""
    stays = policy.source.close.refused == KEPT_OPEN
    return await standing_refusal(conn, request.no) if request.reopened or stays else None


async def _conduct(conn: Conn, call: Call, request: Request, lang: str) -> web.Values:
    """The client's record, and what this operator may add to it; nothing without such rules."""
    policy, who = call.policy, call.who
    if not has_conduct(policy):
        return {"conduct": None}
    card = ConductCard(
        record=await steps_of_client(conn, request.client_id),
        steps=any(may_step(who, request, step) for step in steps_in_force(policy)),
        takes_back=who.has("management"),
    )
    return {"conduct": card, **conduct_names(policy, lang)}


async def _alike(conn: Conn, who: Who, request: Request, card: Card) -> Duplicate | None:
    """What the client asked alike before, looked up only where they asked something else at all."""
    others = any(row["no"] < request.no for row in card.recent)
    return await asked_alike(conn, who, request) if others and not request.closed else None


async def _is_offered(conn: Conn, call: Call, request: Request) -> bool:
    """Whether the request waits and is the one that its line offers this operator."""
    if request.holder is not None or request.closed or request.line not in call.who.lines:
        return False
    first = await moves.find_offered(conn, call, request.line)
    return first is not None and first.no == request.no


def next_word_at(request: Request, policy: Policy, now: datetime) -> datetime | None:
    """By when the client hears from us again, were they told now that we are still at it."""
    debt = Debt(request.promise, request.answered)
    promise = step(debt, StillOurs(now, situation_of(request)), policy).promise
    return promise and promise.due_at


def ask_for_secret(request: Request, public_url: str) -> str:
    """The sentence, in the client's language, that leads to the safe field for a password."""
    with speaking(request.language):
        return _("Please send the password through the secure field, not in the chat: %(url)s") % {
            "url": f"{public_url}/requests/{request.no}#secret"
        }


def draft_of(card: Card, no: int) -> web.Values:
    """The answer and the note that were begun here and not yet sent."""
    place = f"request/{no}"
    return {"draft": card.drafts.get(place, ""), "note_draft": card.drafts.get(f"{place}/note", "")}


async def entry_rows(
    entries: list[Entry], who: Who, policy: Policy, lang: str, now: datetime
) -> list[tuple[str, Markup]]:
    """Each entry's HTML, with the day in words before the first of each day."""
    rows: list[tuple[str, Markup]] = []
    last: date | None = None
    texts = await entries_html(entries, who, policy, now=now, lang=lang)
    for entry, text in zip(entries, texts, strict=True):
        local = entry.at.astimezone(policy.zone)
        heading = "" if local.date() == last else day_of(local, lang, now)
        last = local.date()
        rows.append((heading, Markup(text)))  # noqa: S704 — a template made it
    return rows


@dataclass(frozen=True, slots=True)
class Panes(Visit):
    """A visit to the desk's panes; dependency `panes` of its handlers."""

    call: Call

    def page(
        self,
        template: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: Any,  # whatever the template shows
    ) -> web.Page:
        """Answer with a template, which also gets `level`."""
        # Not super(): the decorator makes the class anew for its slots, and super() misses that.
        near = partial(level, near=self.policy.near)
        values = {"level": near, **values}
        return Visit.page(self, template, status=status, headers=headers, **values)

    async def do(
        self,
        action: Callable[Concatenate[Tx, Call, P], Awaitable[object]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> str:
        """Run a use case, once for its form; the line of the request that it gives, if any."""

        async def act(tx: Tx) -> str:
            done = await action(tx, self.call, *args, **kwargs)
            return done.line if isinstance(done, Request) else ""

        return await self.once(act)

    async def show_request(self, no: int) -> web.Page:
        """The panes of a request alone."""
        async with self.db.connection() as conn:
            values = await work(self.http, conn, self.call, no)
        return self.page("desk/work.html", **values)

    async def show_head(self, no: int) -> web.Page:
        """Title, promise, actions and card anew; what is being written stays untouched."""
        async with self.db.connection() as conn:
            request = await seen_request(conn, self.who, no)
            values = await _head(conn, self.call, request, self.lang)
        return self.page("desk/refresh.html", **values)

    async def show_queue(self, opened: int | None = None) -> web.Page:
        """The left pane alone."""
        async with self.db.connection() as conn:
            me = await store.me(conn, self.who.id)
            left = await queue(conn, self.call, me)
        return self.page(
            "desk/queue-anew.html",
            me=me,
            queue=left,
            opened=opened,
            news=self.news_json(me, left),
        )

    async def news(self) -> OperatorNews:
        """What is new for this operator."""
        async with self.db.connection() as conn:
            me = await store.me(conn, self.who.id)
            left = await queue(conn, self.call, me)
        return self._news(me, left)

    def news_json(self, me: OwnState, left: Queue) -> str:
        """The same, for a queue that was read."""
        return msgspec.json.encode(self._news(me, left)).decode()

    def _news(self, me: OwnState, left: Queue) -> OperatorNews:
        return news_of(me, left, int(self.policy.alarm_every.total_seconds()))

    async def show_between(self, sentence: str, line: str = "") -> web.Page:
        """What stands in the middle when no request is open: what was done, and the way on."""
        async with self.db.connection() as conn:
            me = await store.me(conn, self.who.id)
            left = await queue(conn, self.call, me)
        return self.page("desk/between.html", me=me, queue=left, sentence=sentence, line=line)

    async def show_next(self, line: str, sentence: str) -> web.Page:
        """Take the next of the line and open it; say so where there is none."""

        async def act(tx: Tx) -> str:
            taken = await moves.take_next(tx, self.call, line)
            return str(taken.no) if taken else ""

        try:
            no, why = await self.once(act, "next"), _("Nobody is waiting in this line.")
        except Conflict as refused:
            no, why = "", refused.detail
        if not no:
            return await self.show_between(f"{sentence} {why}".strip(), line)
        return await self.show_request(int(no))
