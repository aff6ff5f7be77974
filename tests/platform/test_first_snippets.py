"""The first snippets are brought to plain words on desks that have not changed them."""

from datetime import UTC, datetime

import psycopg

from firstline.kit import i18n
from firstline.kit.migrate import migrate

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
BEFORE = 19


def snippets(url: str) -> dict[tuple[str, str], tuple[str, str]]:
    with psycopg.connect(url) as conn:
        rows = conn.execute("select shortcut, language, title, body from snippets").fetchall()
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


async def test_a_desk_gets_the_first_snippets_in_plain_words(empty: str) -> None:
    await migrate(empty, now=NOW, upto=BEFORE)
    before = snippets(empty)
    await migrate(empty, now=NOW)
    after = snippets(empty)
    assert before.keys() == after.keys()
    assert after["dns", "en"][0] == "DNS changes take time"
    assert "nothing needs to be told" not in after["passed-on", "en"][1]
    for language in ("en", "uk", "ru"):
        with i18n.speaking(language):
            assert i18n.gettext("Send a password securely") in after["password", language][1]


async def test_a_snippet_that_a_desk_has_changed_stays_as_it_is(empty: str) -> None:
    await migrate(empty, now=NOW, upto=BEFORE)
    with psycopg.connect(empty) as conn:
        conn.execute("update snippets set title = 'Ours' where shortcut = 'greeting'")
        conn.execute("update snippets set body = body || ' Thanks!' where shortcut = 'cache'")
        conn.execute("delete from snippets where shortcut = 'dns'")
    before = snippets(empty)
    await migrate(empty, now=NOW)
    after = snippets(empty)
    assert before.keys() == after.keys()
    for key in before:
        if key[0] in ("greeting", "cache"):
            assert after[key] == before[key]
