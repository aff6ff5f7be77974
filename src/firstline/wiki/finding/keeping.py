"""Editors keep the synonyms of the search, and see what was looked for in vain."""

import re
from datetime import datetime
from uuid import UUID

from firstline.kit.db import Conn, Tx
from firstline.kit.errors import Invalid, Missing
from firstline.kit.folding import fold
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import ngettext
from firstline.people import Who
from firstline.people.changes import About, NewChange, record
from firstline.wiki.actions import allow_publishing
from firstline.wiki.finding import synonyms_store, unfound_store
from firstline.wiki.finding.shipped_synonyms import shipped_groups
from firstline.wiki.finding.synonyms import MOST_WORDS, members, pieces_of
from firstline.wiki.finding.synonyms_store import SynonymGroup
from firstline.wiki.model import one_line
from firstline.wiki.writing_store import note_change

MOST_MEMBERS, MOST_GROUPS, LONGEST_MEMBER = 20, 1_000, 64
_BETWEEN = re.compile(r"[/,;\n]")


async def write_synonyms(
    tx: Tx, who: Who, group_id: UUID, text: str, *, now: datetime
) -> SynonymGroup:
    """Put in a group of words that mean the same, or other words in its place.

    Raises Forbidden, Missing (to clients), Invalid.
    """
    allow_publishing(who)
    group = SynonymGroup(group_id, check_words(text))
    before = await synonyms_store.lock_group(tx.conn, group_id)
    if before is None and await synonyms_store.count_groups(tx.conn) >= MOST_GROUPS:
        raise Invalid(
            ngettext(
                "There may be %(most)d group; delete one first.",
                "There may be %(most)d groups; delete one first.",
                MOST_GROUPS,
            )
            % {"most": MOST_GROUPS}
        )
    await synonyms_store.write_group(tx.conn, group)
    await _note(tx, who, group_id, before or [], group.words, now)
    return group


async def add_shipped_synonyms(tx: Tx, who: Who, *, now: datetime) -> int:
    """Put in the groups of the package that are not there; how many. Raises Forbidden."""
    allow_publishing(who)
    fresh = await missing_groups(tx.conn)
    for group in fresh:
        await synonyms_store.write_group(tx.conn, group)
        await _note(tx, who, group.id, [], group.words, now)
    return len(fresh)


async def missing_groups(conn: Conn) -> list[SynonymGroup]:
    """Groups of the package that this desk has not; what an editor changed it has."""
    known = {one.id for one in await synonyms_store.groups(conn)}
    return [one for one in shipped_groups() if one.id not in known]


async def drop_synonyms(tx: Tx, who: Who, group_id: UUID, *, now: datetime) -> None:
    """Delete a group; raises Forbidden, Missing."""
    allow_publishing(who)
    before = await synonyms_store.lock_group(tx.conn, group_id)
    if before is None:
        raise Missing(_("There are no such synonyms."))
    await synonyms_store.delete_group(tx.conn, group_id)
    await _note(tx, who, group_id, before, [], now)


async def _note(
    tx: Tx, who: Who, group_id: UUID, before: list[str], after: list[str], now: datetime
) -> None:
    if before == after:
        return
    await note_change(tx.conn)
    about = About("synonyms", str(group_id), members(after or before))
    change = NewChange("synonyms_changed", about, {"words": before}, {"words": after})
    await record(tx, who, change, now=now)


def check_words(text: str) -> list[str]:
    """The words and phrases of a group, each once. Raises Invalid with what is wrong and what to
    do."""
    words = {fold(word): word for part in _BETWEEN.split(text) if (word := one_line(part))}
    for word in words.values():
        _check_word(word)
    if not 2 <= len(words) <= MOST_MEMBERS:
        raise Invalid(
            ngettext(
                "Write from two to %(most)d synonym, with / between them.",
                "Write from two to %(most)d synonyms, with / between them.",
                MOST_MEMBERS,
            )
            % {"most": MOST_MEMBERS},
            field="words",
        )
    return list(words.values())


def _check_word(word: str) -> None:
    try:
        pieces_of(word)
    except ValueError:
        good = False
    else:
        good = len(word) <= LONGEST_MEMBER and "\0" not in word
    if not good:
        raise Invalid(
            ngettext(
                "“%(word)s” cannot be searched for: each synonym has at most %(most)d word.",
                "“%(word)s” cannot be searched for: each synonym has at most %(most)d words.",
                MOST_WORDS,
            )
            % {"word": word[:LONGEST_MEMBER], "most": MOST_WORDS},
            field="words",
        )


async def dismiss_unfound(tx: Tx, who: Who, words: str, language: str) -> None:
    """Take words off the list that were looked for in vain. Raises Forbidden, Missing."""
    allow_publishing(who)
    await unfound_store.forget_unfound(tx.conn, words, language)
