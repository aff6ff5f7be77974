"""What was looked for in the wiki and not found, for those who write it.

Words are folded, so that they are counted together; whatever looks like a secret, an address of
mail or a number of a telephone is left out, and nobody is named.
"""

import re
from datetime import datetime, timedelta

from firstline.kit.db import Db, Tx
from firstline.kit.folding import fold_text
from firstline.kit.masks import MASK, mask_secrets
from firstline.people.limits import Limit, allow_one
from firstline.wiki.finding import unfound_store as store

LEAST, LONGEST = 2, 100  # characters
MOST_ROWS = 5_000
OF_READER = Limit("unfound", 30, timedelta(hours=1))
ONCE = Limit("unfound-words", 1, timedelta(hours=24))
_LONG_NUMBER = re.compile(r"\+?\d(?:[\s().-]{0,3}\d){8,}")
_SIGNS = re.compile(r"[^\w.:/+#-]+")


def bare_words(text: str) -> str:
    """The words as they are counted; empty where nothing of them may be kept."""
    text = _LONG_NUMBER.sub(" ", mask_secrets(text))
    words = [word for word in text.split() if "@" not in word and MASK not in word]
    folded = _SIGNS.sub(" ", fold_text(" ".join(words)))
    return " ".join(folded.split())[:LONGEST].rstrip()


async def note_unfound(db: Db, text: str, language: str, reader: str, now: datetime) -> None:
    """Count a search that found nothing: once a day for the same `reader` and words, and not
    more than some an hour, so that nobody fills the list."""
    words = bare_words(text)
    if len(words) < LEAST:
        return

    async def act(tx: Tx) -> None:
        if await allow_one(tx.conn, ONCE, f"{reader} {language} {words}", now) and await allow_one(
            tx.conn, OF_READER, reader, now
        ):
            await store.count_unfound(tx.conn, words, language, now, MOST_ROWS)

    await db.run(act)
