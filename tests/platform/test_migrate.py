"""The schema's versions: in order, once, the same as released."""

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from firstline.kit.migrate import FOLDER, SchemaError, findings, migrate, migrations

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def ask(url: str, query: str) -> object:
    async with await psycopg.AsyncConnection.connect(url) as conn:
        row = await (await conn.execute(query.encode())).fetchone()
    return row[0] if row else None


async def what_is_wrong(url: str, folder: Path = FOLDER) -> list[str]:
    async with await psycopg.AsyncConnection.connect(url) as conn:
        return await findings(conn, folder)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "0001_one.sql").write_text("create table one (id integer);")
    (tmp_path / "0002_two.sql").write_text(
        "create table two (id integer); insert into two values (2);"
    )
    return tmp_path


async def test_a_new_database_gets_every_migration_once(empty: str) -> None:
    assert len(await what_is_wrong(empty)) == len(migrations())
    applied = await migrate(empty, now=NOW)
    assert applied == [f"{one.version:04}_{one.name}" for one in migrations()]
    assert await migrate(empty, now=NOW) == []
    assert await what_is_wrong(empty) == []
    assert await ask(empty, "select max(applied_at) from schema_versions") == NOW


async def test_processes_that_start_at_once_share_the_work(empty: str, own: Path) -> None:
    done = await asyncio.gather(*[migrate(empty, now=NOW, folder=own) for _ in range(6)])
    assert sorted(name for names in done for name in names) == ["0001_one", "0002_two"]
    assert await ask(empty, "select count(*) from two") == 1


async def test_a_failing_migration_leaves_nothing_behind(empty: str, own: Path) -> None:
    (own / "0003_three.sql").write_text("create table three (id integer); select 1 / 0;")
    with pytest.raises(psycopg.errors.DivisionByZero):
        await migrate(empty, now=NOW, folder=own)
    assert await ask(empty, "select to_regclass('three') is null") is True
    assert await ask(empty, "select max(version) from schema_versions") == 2


async def test_a_changed_migration_is_refused_in_a_sentence(empty: str, own: Path) -> None:
    await migrate(empty, now=NOW, folder=own)
    (own / "0001_one.sql").write_text("create table one (id bigint);")
    with pytest.raises(SchemaError, match="0001_one differs"):
        await migrate(empty, now=NOW, folder=own)
    assert "0001_one differs" in (await what_is_wrong(empty, own))[0]


async def test_a_newer_database_is_refused_in_a_sentence(
    empty: str, own: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    await migrate(empty, now=NOW, folder=own)
    older = tmp_path_factory.mktemp("older")
    shutil.copy(own / "0001_one.sql", older)
    with pytest.raises(SchemaError, match="version 2 and this release knows 1"):
        await migrate(empty, now=NOW, folder=older)


async def test_a_gap_in_the_numbers_is_noticed(own: Path) -> None:
    (own / "0004_four.sql").write_text("select 1;")
    with pytest.raises(SchemaError, match="0004_four"):
        migrations(own)
