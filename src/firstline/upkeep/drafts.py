"""An article drafted from a request that was solved, with everything personal taken out of it."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from firstline import people, wiki
from firstline.coach import FirstMessage, advise
from firstline.kit.db import Conn
from firstline.kit.errors import Conflict
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import speaking
from firstline.people import Who
from firstline.policy import Policy
from firstline.timeline import Entry, Request, entries_after, seen_request
from firstline.upkeep.personal import (
    Clearing,
    Personal,
    Replacement,
    account_names,
)
from firstline.upkeep.recognising import PersonalKind, doubtful_words

MOST_ENTRIES = 500
MOST_CHARACTERS = 30_000
# Facts of the coach that are somebody's own, beside what has a shape by which it is found.
OWN_FACTS: Mapping[str, PersonalKind] = {
    "account": "account",
    "database": "account",
    "document": "number",
    "mailbox": "email",
    "host": "host",
    "domain": "host",
}


@dataclass(frozen=True, slots=True)
class DraftedArticle:
    """What a request makes of an article, in the request's language, what was taken out, and what
    is left in it that may be somebody's too.
    """

    request: Request
    section: str
    title: str
    body: str
    replacements: list[Replacement]
    doubtful: list[str]


def kind_words() -> dict[PersonalKind, str]:
    """Kinds of what is personal, in the language of the moment: they stand in brackets where no
    example can stand.
    """
    return {
        "secret": _("password"),
        "email": _("mail address"),
        "host": _("site or host"),
        "ip": _("IP address"),
        "phone": _("phone number"),
        "person": _("name"),
        "number": _("number"),
        "account": _("account or database"),
        "address": _("postal address"),
    }


async def draft_article(
    conn: Conn, who: Who, policy: Policy, no: int, public_url: str
) -> DraftedArticle:
    """A draft of a closed request's question and answers. Nothing is kept of it: what is erased in
    the request is not in the next one. Raises Missing; Conflict for a request that is open.
    """
    request = await closed_request(conn, who, no)
    entries = await entries_after(conn, no, 0, MOST_ENTRIES, staff=False)
    personal = await _personal(conn, request, entries, public_url)
    return await asyncio.to_thread(_compose, policy, request, entries, personal)


async def closed_request(conn: Conn, who: Who, no: int) -> Request:
    """A request of which an article can be made. Raises Missing; Conflict where it is open."""
    request = await seen_request(conn, who, no)
    if not request.closed:
        raise Conflict(
            _("Request %(no)s is open; make an article of it when it is solved.") % {"no": no},
            state=request.state,
        )
    return request


async def _personal(
    conn: Conn, request: Request, entries: Sequence[Entry], public_url: str
) -> Personal:
    """What is known of whose request it is."""
    client = await people.client(conn, request.client_id)
    contacts = await people.contacts(conn, [request.client_id])
    services = await people.services(conn, [request.client_id])
    staff = await people.operators(conn)
    full = [one.name for one in (*contacts, *staff)] + [entry.by_name for entry in entries]
    full += [client.name] if client else []
    parts = [part for name in full for part in name.split() if len(part) > 2]
    hosts = [part for one in services for part in (one.name, one.host, one.server)]
    names = sorted(dict.fromkeys((*full, *parts)), key=len, reverse=True)
    words: dict[str, PersonalKind] = {host: "host" for host in hosts if host}
    return Personal(tuple(name for name in names if name != "Firstline"), words, _ours(public_url))


def _ours(public_url: str) -> tuple[str, ...]:
    host = urlsplit(public_url).hostname
    return (host,) if host else ()


def _compose(
    policy: Policy, request: Request, entries: Sequence[Entry], personal: Personal
) -> DraftedArticle:
    words: dict[str, PersonalKind] = {**_facts(policy, entries, personal), **personal.words}
    with speaking(request.language):
        clearing = Clearing(Personal(personal.names, words, personal.ours), kind_words())
        title = clearing.clear(request.title)
        body = "\n\n".join(_parts(clearing, entries))
    doubtful = doubtful_words(f"{title}\n{body}")
    return DraftedArticle(
        request, _section(request.topic), title, body, clearing.replacements, doubtful
    )


def _facts(policy: Policy, entries: Sequence[Entry], personal: Personal) -> dict[str, PersonalKind]:
    """What the coach reads in the client's words that is somebody's own, and accounts in paths."""
    services = tuple(word for word, kind in personal.words.items() if kind == "host")
    found: dict[str, PersonalKind] = {}
    for entry in entries:
        found |= dict.fromkeys(account_names(entry.body), "account")
        if entry.side == "client" and entry.kind in ("opened", "said") and entry.body:
            message = FirstMessage(entry.body, services=services, own_hosts=personal.ours)
            for fact in advise(policy, message).known:
                if fact.fact in OWN_FACTS and len(found) < 100:
                    found[fact.value] = OWN_FACTS[fact.fact]
    return found


def _parts(clearing: Clearing, entries: Sequence[Entry]) -> Iterator[str]:
    """Question and answers as Markdown; what was said of progress only is left out."""
    room = MOST_CHARACTERS
    yield f"## {_('Question')}"
    for place, entry in enumerate(answers_of(entries)):
        if place == 1:
            yield f"## {_('Answer')}"
        text = clearing.clear(entry.body[:room].strip())
        room -= len(text)
        yield text


def answers_of(entries: Sequence[Entry]) -> list[Entry]:
    """The opening, and after it each answer of a person and the words of the closing."""
    return [
        entry
        for entry in entries
        if entry.no == 1
        or (entry.side == "staff" and entry.kind in ("said", "closed") and entry.body.strip()
            and entry.data.get("turn") != "us")
    ]  # fmt: skip


SECTION_OF = {"mysql": "databases", "ftp": "ftp", "ssh": "ftp", "domain": "dns", "other": "support"}


def _section(topic: str) -> str:
    """The shelf where a topic's articles stand; that of support for topics of a company's own."""
    section = SECTION_OF.get(topic, topic)
    return section if section in wiki.SECTIONS else "support"
