"""Stems of words, asked of PostgreSQL once a process and word."""

from collections.abc import Iterable, Sequence

from firstline.kit.db import Conn
from firstline.kit.search.query import Stems
from firstline.kit.search.words import UKRAINIAN_STOP_WORDS, languages_of, ukrainian_stem

AT_ONCE = 1_000  # words: taking the answer apart holds everybody else
MOST_REMEMBERED = 200_000
_remembered: dict[str, tuple[str, ...]] = {}


async def stems_of(conn: Conn, words: Iterable[str]) -> Stems:
    """What each folded word is found by; nothing for one too common to be searched for."""
    wanted = list(set(words))
    found: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(wanted), AT_ONCE):
        found |= await _some_stems(conn, wanted[start : start + AT_ONCE])
    return found


async def _some_stems(conn: Conn, words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    result = {word: _remembered[word] for word in words if word in _remembered}
    new = {word: languages_of(word) for word in words if word not in result}
    if new:
        english = [word for word, languages in new.items() if "english" in languages]
        russian = [word for word, languages in new.items() if "russian" in languages]
        found = await _ask(conn, english, russian) if english or russian else {}
        _remember({word: _stems(word, languages, found) for word, languages in new.items()}, result)
    return result


def _remember(new: Stems, result: dict[str, tuple[str, ...]]) -> None:
    if len(_remembered) + len(new) > MOST_REMEMBERED:
        _remembered.clear()
    _remembered.update(new)
    result.update(new)


def _stems(word: str, languages: tuple[str, ...], found: Stems) -> tuple[str, ...]:
    if word in UKRAINIAN_STOP_WORDS or (word in found and not found[word]):
        return ()
    stems = found.get(word, ())
    stems = (*stems, ukrainian_stem(word)) if "ukrainian" in languages else stems
    return stems or (word,)


async def _ask(conn: Conn, english: list[str], russian: list[str]) -> dict[str, tuple[str, ...]]:
    """PostgreSQL's stems of folded words; none for one too common to be looked for."""
    cursor = await conn.execute(
        "select w, ts_lexize('english_stem', w) from unnest(%s::text[]) w union all "
        "select w, ts_lexize('russian_stem', w) from unnest(%s::text[]) w",
        (english, russian),
    )
    return {word: tuple(found or ()) for word, found in await cursor.fetchall()}
