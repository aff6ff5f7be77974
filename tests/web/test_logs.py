"""What the log says of errors of the database."""

import logging
import sys

import psycopg
import pytest

from firstline.kit.db import Conn
from firstline.kit.logs import LogFormat, cause_of, name_and_cause


async def failure(conn: Conn, query: bytes, *values: object) -> psycopg.Error:
    with pytest.raises(psycopg.Error) as found:
        async with conn.transaction():
            await conn.execute(query, values)
    return found.value


@pytest.mark.parametrize(
    ("query", "cause"),
    [
        (b"select (%s || ' (')::tsquery", "syntax error in tsquery"),
        (b"select %s::uuid", "invalid input syntax for type uuid"),
        (b"select %s::jsonb", "invalid input syntax for type json"),
        (b"select * from zebra where a = %s", 'relation "zebra" does not exist'),
    ],
)
async def test_words_of_people_are_never_a_cause(conn: Conn, query: bytes, cause: str) -> None:
    error = await failure(conn, query, "quokka")
    assert cause_of(error) == cause
    assert name_and_cause(error) == f"{type(error).__name__}: {cause}"
    try:
        raise RuntimeError("it failed") from error
    except RuntimeError:
        text = LogFormat().formatException(sys.exc_info())
    assert "quokka" not in text
    assert cause in text
    assert "it failed" in text


async def test_details_of_rows_are_never_a_cause(conn: Conn) -> None:
    await conn.execute("create temporary table one (word text unique) on commit drop")
    await conn.execute("insert into one values ('quokka')")
    error = await failure(conn, b"insert into one values (%s)", "quokka")
    assert "quokka" in str(error)
    assert cause_of(error) == 'duplicate key value violates unique constraint "one_word_key"'


def test_other_errors_are_told_whole() -> None:
    assert name_and_cause(ValueError("line\n one\0")) == "ValueError: line one"
    assert name_and_cause(TimeoutError()) == "TimeoutError"
    record = logging.LogRecord("a", logging.ERROR, "", 1, "said", None, None)
    assert LogFormat("%(name)s: %(message)s").format(record) == "a: said"
