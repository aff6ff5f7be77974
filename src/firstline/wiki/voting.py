"""Whether an article helped (clause wiki.helpful): one word of each person on each revision.

A stranger is known by a word of the desk's own in a cookie, which nobody else can make. Whoever
throws the cookie away could vote anew, so strangers of one address have few votes.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from firstline.kit.db import Tx
from firstline.kit.errors import Invalid, Missing
from firstline.kit.i18n import gettext as _
from firstline.people import Who
from firstline.people.limits import Limit, demand
from firstline.wiki import store, votes_store
from firstline.wiki.model import Article, Votes, audiences_of

COOKIE = "firstline-reader"
WORD = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{64})")
LONGEST_MISSING = 2_000
OF_ADDRESS = Limit("votes", 40, timedelta(hours=1))
ON_ARTICLE = Limit("votes-article", 6, timedelta(hours=24))
OF_PERSON = Limit("votes-person", 300, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Voter:
    """Who votes: `name` is stored; `word` is a stranger's cookie, `address` where they are."""

    name: str
    side: str | None
    word: str = ""
    address: str = ""

    @classmethod
    def person(cls, who: Who) -> "Voter":
        return cls(str(who.id), who.side)


async def vote_as_reader(
    tx: Tx, who: Who | str, slug: str, language: str, helpful: bool, missing: str, *, now: datetime
) -> None:
    """Count the vote of a person, or of a stranger by this name."""
    voter = Voter.person(who) if isinstance(who, Who) else Voter(who, None, "", who)
    await vote(tx, voter, slug, language, Vote(helpful, missing), now=now)


def stranger(secret: bytes, word: str, address: str) -> Voter:
    """The reader behind a cookie; a new one where there is none, or none that we made."""
    found = WORD.fullmatch(word)
    name = found[1] if found and hmac.compare_digest(found[2], _mark(secret, found[1])) else ""
    name = name or secrets.token_hex(16)
    digest = hashlib.sha256(name.encode()).hexdigest()[:32]
    return Voter(f"reader:{digest}", None, f"{name}.{_mark(secret, name)}", address)


def _mark(secret: bytes, name: str) -> str:
    return hmac.digest(secret, b"reader\0" + name.encode(), "sha256").hex()


@dataclass(frozen=True, slots=True)
class Vote:
    """Whether it helped; where it did not, what was missing."""

    helpful: bool
    missing: str = ""


async def vote(
    tx: Tx, voter: Voter, slug: str, language: str, given: Vote, *, now: datetime
) -> tuple[bool, Votes]:
    """Count a vote on what the voter reads; again on one revision changes it.

    Returns whether it is their first on this revision, and all votes. Raises Missing, Invalid,
    TooMany.
    """
    found = await store.article(tx.conn, slug, language, audiences_of(voter.side))
    if found is None:
        raise Missing(_("There is no such article; look through the wiki."))
    given = replace(given, missing=_missing(given))
    before = await votes_store.vote_of(
        tx.conn, found.slug, found.language, found.revision, voter.name
    )
    await _limit(tx, voter, found, before is None, now)
    first = await votes_store.vote(
        tx.conn,
        *(found.slug, found.language, found.revision, voter.name),
        helpful=given.helpful,
        missing=given.missing,
        now=now,
    )
    votes = await votes_store.votes(tx.conn, [found.slug])
    return first, votes.get(found.slug, Votes())


def _missing(given: Vote) -> str:
    """What was missing, as it is stored: nothing where the article helped."""
    words = given.missing.replace("\0", "").strip()
    if any("\ud800" <= sign <= "\udfff" for sign in words):
        raise Invalid(
            _("The text holds characters that cannot be stored; remove them."), field="missing"
        )
    if len(words) > LONGEST_MISSING:
        raise Invalid(_("Say in fewer words what is missing."), field="missing")
    return "" if given.helpful else words


async def _limit(tx: Tx, voter: Voter, article: Article, first: bool, now: datetime) -> None:
    if voter.side is not None:
        await demand(tx.conn, OF_PERSON, voter.name, now)
        return
    await demand(tx.conn, OF_ADDRESS, voter.address, now)
    if first:
        subject = f"{voter.address} {article.slug} {article.language} {article.revision}"
        await demand(tx.conn, ON_ARTICLE, subject, now)
