"""What was looked for in the wiki and not found, for those who write it.

Words are folded, and near ones are counted together: forms of a word, and words half typed.
Whatever looks like a secret, an address of mail or a number of a telephone is left out, and nobody
is named.
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
OF_READER = Limit("unfound", 10, timedelta(hours=24))
LEAST_ALIKE = 4  # letters
ONCE = Limit("unfound-words", 1, timedelta(hours=24))
_LONG_NUMBER = re.compile(r"\+?\d(?:[\s().-]{0,3}\d){8,}")
_SIGNS = re.compile(r"[^\w.:/+#-]+")


def bare_words(text: str) -> str:
    """The words as they are counted; empty where nothing of them may be kept."""
    text = _LONG_NUMBER.sub(" ", mask_secrets(text))
    words = [word for word in text.split() if "@" not in word and MASK not in word]
    folded = _SIGNS.sub(" ", fold_text(" ".join(words)))
    return " ".join(folded.split())[:LONGEST].rstrip()


def are_near(one: str, other: str) -> bool:
    """Whether words differ in order and endings alone, as forms and halves of words do."""
    pairs = [sorted(text.split()) for text in (one, other)]
    return len(pairs[0]) == len(pairs[1]) and all(map(_is_near, *pairs))


def _is_near(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return one == other or (
        len(short) >= LEAST_ALIKE and long.startswith(short[: max(LEAST_ALIKE, len(short) - 2)])
    )


async def note_unfound(db: Db, text: str, language: str, reader: str, now: datetime) -> None:
    """Count a search that found nothing: once a day for the same `reader` and words, and not
    more than some a day, so that nobody fills the list."""
    words = bare_words(text)
    if len(words) < LEAST:
        return

    async def act(tx: Tx) -> None:
        if await allow_one(tx.conn, ONCE, f"{reader} {language} {words}", now) and await allow_one(
            tx.conn, OF_READER, reader, now
        ):
            known = await store.listed_words(tx.conn, language)
            near = next((one for one in known if are_near(one, words)), words)
            await store.count_unfound(tx.conn, near, language, now, MOST_ROWS)

    await db.run(act)
