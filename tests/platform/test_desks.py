"""A data folder and its database belong together: no command makes another desk by mistake, and
the demo touches its own alone."""

import errno
import json
import os
import pwd
import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from tests.platform.running import Command, Running

from firstline.cli.refusals import sentence

OLDEST = Path(__file__).parent / "old/0.1.0.tar.gz"
Demo = Callable[..., Running]
URL, SECRET = "FIRSTLINE_DATABASE_URL", "FIRSTLINE_SECRET"
KEEPER = ("operator", "new", "kate@firstline.example", "--name", "Kate", "--role", "keeper")


@pytest.fixture
def own(command: Command, empty: str) -> Command:
    """Commands on a desk whose database is the keeper's own."""
    command.environment[URL] = empty
    assert "0001_people" in command.run("migrate")
    command.run(*KEEPER)
    return command


def clusters(command: Command) -> bool:
    return (command.data / "postgres").exists() or (command.data / "postgres.path").exists()


def count(url: str, table: str) -> int:
    with psycopg.connect(url) as conn:
        row = conn.execute(f"select count(*) from {table}".encode()).fetchone()
        assert row is not None
        return row[0]


@pytest.mark.parametrize(
    "words",
    [
        ("backup", "x.tar.gz"), ("doctor",), ("token", "new", "kate@firstline.example"),
        ("migrate",), ("serve", "--port", "0"), ("demo", "--port", "0"), ("work",),
        ("demo", "--port", "0", "--fresh"), KEEPER,
    ],
)  # fmt: skip
def test_a_command_without_the_address_of_the_database_is_refused_and_makes_none(
    own: Command, words: tuple[str, ...]
) -> None:
    del own.environment[URL]
    assert URL in own.run(*words, code=1)
    assert not clusters(own)
    assert not Path("x.tar.gz").exists()


def test_a_folder_of_an_older_release_is_known_by_what_stands_in_it(own: Command) -> None:
    del own.environment[URL]
    (own.data / "desk.json").unlink()
    assert "no database" in own.run("backup", "x", code=1)
    (own.data / "address").write_text("https://desk.example\n")
    assert URL in own.run("serve", "--port", "0", code=1)
    assert not clusters(own)


@pytest.mark.parametrize("words", [("backup", "x"), ("doctor",), ("migrate",), ("work",), KEEPER])
def test_another_database_than_the_folders_own_is_refused_untouched(
    own: Command, words: tuple[str, ...]
) -> None:
    with psycopg.connect(own.environment[URL], autocommit=True) as conn:
        name = f"{conn.info.dbname}_b"
        conn.execute(f"create database {name}".encode())
    other = psycopg.conninfo.make_conninfo(own.environment[URL], dbname=name)
    try:
        own.environment[URL] = other
        assert "another database" in own.run(*words, code=1)
        with psycopg.connect(other) as conn:
            assert conn.execute("select to_regclass('people')").fetchone() == (None,)
    finally:
        with psycopg.connect(own.environment[URL], dbname="firstline", autocommit=True) as conn:
            conn.execute(f"drop database {name} with (force)".encode())


def test_a_backup_says_what_it_holds_and_an_empty_one_must_be_asked_for(
    command: Command, empty: str, folder: Path
) -> None:
    command.environment[URL] = empty
    command.run("migrate")
    file = str(folder / "desk.backup")
    assert "0 requests" in command.run("backup", file, code=1)
    assert "0 requests, 0 entries, 0 files" in command.run("backup", "--empty", file)
    command.run(*KEEPER)
    assert "0 requests, 2 entries, 0 files" in command.run("backup", file)


def test_the_archive_holds_the_secret_in_use_and_no_other_is_taken_for_it(
    own: Command, folder: Path
) -> None:
    shared = "ab" * 32
    file, other = str(folder / "desk.backup"), str(folder / "other")
    own.environment[SECRET] = shared
    own.run("backup", file)
    del own.environment[SECRET]  # cron, and DATA/secret is another one
    assert SECRET in own.run("backup", file, code=1)
    assert "secret: " in own.run("doctor", code=1)
    assert SECRET in own.run("serve", "--port", "0", code=1)
    assert SECRET in own.run("work", code=1)
    own.environment[SECRET] = "cd" * 32
    del own.environment[URL]
    assert SECRET in own.run("restore", file, "--data", other, code=1)
    del own.environment[SECRET]
    assert "restored" in own.run("restore", file, "--data", other)
    assert (folder / "other/secret").read_text().strip() == shared
    assert own.run("doctor", "--data", other) == "All is well.\n"


def test_a_secret_that_is_lost_for_good_is_replaced_only_when_asked_for(own: Command) -> None:
    own.environment[SECRET] = "ab" * 32
    own.run("backup", str(own.data / "x"))
    own.environment[SECRET] = "cd" * 32
    assert "--new-secret" in own.run("doctor", code=1)
    own.run("migrate", "--new-secret")
    assert own.run("doctor") == "All is well.\n"


def test_a_verified_backup_was_restored_beside_and_compared(own: Command, folder: Path) -> None:
    file, words = str(folder / "desk.backup"), folder / "words"
    words.write_text("a long walk home\n")
    own.run("backup", file, "--passphrase-file", str(words))
    assert "--passphrase-file" in own.run("backup", "--verify", file, code=1)
    told = own.run("backup", "--verify", file, "--passphrase-file", str(words))
    assert "compared: 0 requests, 2 entries" in told
    assert "All is as it was written." in told


@pytest.mark.skipif(os.geteuid() != 0, reason="only root enters the folder of another account")
def test_root_makes_nothing_in_the_folder_of_another_account(own: Command) -> None:
    nobody = pwd.getpwnam("nobody")
    for path in (own.data, *own.data.rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    for words in (
        ("restore", str(OLDEST), "--force"), ("migrate",), ("backup", "x.tar.gz"), ("doctor",),
        ("mail", "test", "kate@firstline.example"), ("serve", "--port", "0"), ("work",),
        ("operator", "list"),
    ):  # fmt: skip
        assert "runuser -u nobody -- firstline" in own.run(*words, code=1)
    assert {path.stat().st_uid for path in own.data.rglob("*")} == {nobody.pw_uid}


@pytest.mark.parametrize(
    ("number", "way_out"),
    [(errno.EACCES, "it belongs to root: run this as"), (errno.EROFS, "mount its disk")],
)
def test_a_file_that_cannot_be_touched_is_told_with_the_way_out(number: int, way_out: str) -> None:
    words = sentence(OSError(number, os.strerror(number), "/etc/not/there"))
    assert words is not None
    assert way_out in words


def test_files_of_a_backup_are_found_and_one_that_is_missing_is_told(
    own: Command, folder: Path
) -> None:
    assert "All is as it was written." in own.run("backup", "--verify", str(OLDEST))
    with psycopg.connect(own.environment[URL]) as conn:
        conn.execute(
            "insert into attachments (id, by_id, name, media_type, size, sha, created_at)"
            " select gen_random_uuid(), id, 'log.txt', 'text/plain', 1, '', now() from people"
        )
    file = str(folder / "desk.backup")
    own.run("backup", file)
    assert "Attachments without a file in it: 1." in own.run("backup", "--verify", file, code=1)


def test_a_refused_restore_loses_nothing(own: Command, folder: Path) -> None:
    file, url = str(folder / "desk.backup"), own.environment[URL]
    own.run("backup", file)
    (own.data / "files/ab").mkdir(parents=True)
    (own.data / "files/ab/cd").write_text("a file")
    own.run("operator", "new", "lena@firstline.example", "--name", "Lena")
    assert "not empty" in own.run("restore", file, code=1)
    own.environment[SECRET] = "cd" * 32
    own.run("restore", file, "--force", code=1)
    del own.environment[SECRET]
    with psycopg.connect(url) as conn:
        conn.execute("insert into schema_versions values (99, 'later', '', now())")
    assert "no desk of this release" in own.run("restore", file, "--force", code=1)
    with psycopg.connect(url) as conn:
        conn.execute("delete from schema_versions where version = 99")
    assert count(url, "people") == 2
    assert (own.data / "files/ab/cd").read_text() == "a file"
    own.run("restore", file, "--force")
    assert count(url, "people") == 1
    assert not (own.data / "files/ab/cd").exists()
    assert own.run("doctor") == "All is well.\n"


def test_the_demo_and_the_flood_leave_a_desk_alone_that_the_demo_did_not_make(
    own: Command, empty: str
) -> None:
    assert "not made by the demo" in own.run("demo", "--port", "0", code=1)
    assert "not made by the demo" in own.run("flood", "--url", "http://127.0.0.1:1", code=1)
    assert "--fresh" in own.run("demo", "--port", "0", "--fresh", code=1)
    assert count(empty, "people") == 1


def test_a_fresh_demo_never_removes_an_embedded_desk_of_others(command: Command) -> None:
    assert "makes a new desk" in "".join(command.start("migrate").communicate(timeout=120))
    command.run(*KEEPER)
    for words in (("demo", "--port", "0"), ("demo", "--port", "0", "--fresh"), ("flood",)):
        assert "not made by the demo" in command.run(*words, code=1)
    (command.data / "desk.json").unlink()  # as an older release leaves it
    assert "not made by the demo" in command.run("demo", "--port", "0", "--fresh", code=1)
    assert command.run("doctor") == "All is well.\n"
    shutil.rmtree(command.data / "postgres")
    (command.data / "desk.json").write_text(
        json.dumps({"embedded": True, "desk": "some", "demo": False})
    )
    assert "is gone" in command.run("serve", "--port", "0", code=1)


def test_a_demo_of_an_older_release_is_known_by_its_cast(command: Command, demo: Demo) -> None:
    demo().stop()
    (command.data / "desk.json").unlink()
    demo().stop()
    assert json.loads((command.data / "desk.json").read_text())["demo"] is True
