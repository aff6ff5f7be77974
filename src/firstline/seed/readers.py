"""What readers of the wiki did in the demo's month: votes, searches in vain, requests that an
article made needless.
"""

import random
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.resources import files

from firstline.kit.db import Db
from firstline.people import Who
from firstline.requests import note_suggestion, note_way
from firstline.seed.clients import Writer
from firstline.wiki import first_articles, note_search, vote_as_reader

_LINE = re.compile(r"(\w+) (\w+) ([^:]+)(?:: (.*))?")
ARTICLES = 100
VOTES = (1, 4)  # on each article in each language, fewest and most


class WikiReaders:
    """Those who read the wiki between two moments."""

    def __init__(
        self, db: Db, accounts: Sequence[Writer], rng: random.Random, since: datetime, days: int
    ) -> None:
        self._db, self._rng, self._since, self._days = db, rng, since, days
        self._accounts = accounts

    async def live(self, languages: Sequence[str]) -> None:
        """Let them search, read and say whether it helped."""
        for language in languages:
            await self._vote(language)
        text = (files("firstline.seed") / "stories" / "readers.txt").read_text("utf-8")
        for line in text.splitlines():
            match = _LINE.fullmatch(line)
            assert match is not None, line
            act, language, subject, words = match.groups()
            await getattr(self, f"_{act}")(language, *subject.split(), words)

    def _moment(self) -> datetime:
        return self._since + timedelta(days=self._days * self._rng.random())

    def _contacts(self, language: str) -> list[Who]:
        return [one.who for one in self._accounts if one.who.language == language]

    async def _vote(self, language: str) -> None:
        async with self._db.connection() as conn:
            articles = await first_articles(conn, language, ["public"], ARTICLES)
        for one in articles:
            weak = self._rng.random() < 0.15
            for _ in range(self._rng.randint(*VOTES)):
                helpful = self._rng.random() < (0.5 if weak else 0.9)
                await self._vote_once(one.slug, language, helpful)

    async def _vote_once(self, slug: str, language: str, helpful: bool, missing: str = "") -> None:
        """By somebody who is signed in, or by a stranger."""
        name = f"reader:{self._rng.getrandbits(128):032x}"
        who = self._rng.choice(self._contacts(language)) if self._rng.random() < 0.4 else None
        at = self._moment()
        await self._db.run(vote_as_reader, who or name, slug, language, helpful, missing, now=at)

    async def _missing(self, language: str, slug: str, words: str) -> None:
        await self._vote_once(slug, language, False, words)

    async def _vain(self, language: str, times: str, words: str) -> None:
        for number in range(int(times)):
            await note_search(self._db, words, language, f"reader {number}", self._moment())

    async def _avoids(self, language: str, topic: str, slug: str, times: str, _: None) -> None:
        """An article is named while they write; they open it, and send nothing."""
        for who in self._rng.sample(self._contacts(language), int(times)):
            draft, at = f"{self._rng.getrandbits(64):016x}", self._moment()
            await self._db.run(note_suggestion, who, draft, slug, topic, now=at)
            await self._db.run(note_way, who, draft, slug, now=at + timedelta(minutes=1))
