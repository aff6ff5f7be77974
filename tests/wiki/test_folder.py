"""The wiki goes into a folder and comes back without loss; a wrong file stops all of it."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from firstline.app import Desk
from firstline.kit.db import BoundDb, Conn
from firstline.kit.errors import Conflict
from firstline.people import Who
from firstline.wiki import actions
from firstline.wiki.files import compose_file, parse_file
from firstline.wiki.folder.exporting import article_files, export_wiki
from firstline.wiki.folder.importing import import_wiki, read_folder
from firstline.wiki.model import ArticleText, one_line, slug_of
from firstline.wiki.writing import keeping
from firstline.wiki.writing.images import NewImage, take_image
from tests.wiki.test_hostile import picture

LANGUAGES = ("en", "uk", "ru")


@pytest.fixture
async def edited(db: BoundDb, desk: Desk, world: dict[str, Who], clock: Any) -> None:
    """A wiki with one of everything that a folder holds."""
    martin, now = world["martin"], clock()
    await db.run(keeping.move_article, martin, "invoices", "bills", now=now)
    change = keeping.CardChange(
        "support", "clients", ("billing", "other"), world["anna"].id, now.date(),
        ("mail-bounces", "dns-changes"),
    )  # fmt: skip
    await db.run(keeping.change_card, martin, "bills", change, now=now)
    text = ArticleText("A: “title”, with --- signs", "Sum: mary", "Words\n\n---\n\ntitle: x\n")
    await db.run(actions.publish, martin, "bills", "en", text, 1, now=now)
    await db.run(keeping.set_archived, martin, "ftp-refused", True, now=now)
    new = actions.NewArticle("web", "uk", "Лише українською", "Слова", audience="staff")
    await db.run(actions.new_article, martin, new, LANGUAGES, now=now)
    from firstline.kit.images import Pictures

    came = NewImage("Menu, open.jpg", picture("JPEG"))
    await take_image(db, desk.files, Pictures(), martin, "bills", came, now=now)


def snapshot(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


async def forget_everything(conn: Conn) -> None:
    await conn.execute("truncate articles cascade")
    await conn.execute("delete from article_vocabulary")


@pytest.mark.usefixtures("edited")
async def test_a_wiki_that_went_out_comes_back_as_it_was(
    conn: Conn, db: BoundDb, desk: Desk, tmp_path: Path, clock: Any
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    done = await export_wiki(conn, desk.files, first)
    assert done.articles == 35 * 3 + 1
    assert done.images == 1
    before = await article_files(conn)
    await forget_everything(conn)
    reports = await import_wiki(
        db, desk.files, read_folder(first, LANGUAGES), dry_run=False, now=clock()
    )
    assert {one.what for one in reports} == {"created"}
    assert await article_files(conn) == before
    await export_wiki(conn, desk.files, second)
    assert snapshot(first) == snapshot(second)
    again = await import_wiki(
        db, desk.files, read_folder(first, LANGUAGES), dry_run=False, now=clock()
    )
    assert {one.what for one in again} == {"unchanged"}


async def test_what_differs_alone_is_published(
    conn: Conn, db: BoundDb, desk: Desk, tmp_path: Path, clock: Any, client_for: Any
) -> None:
    await export_wiki(conn, desk.files, tmp_path / "wiki")
    file = tmp_path / "wiki/en/invoices.md"
    file.write_text(file.read_text("utf-8") + "\nOne line more.\n", "utf-8")
    found = read_folder(tmp_path / "wiki", LANGUAGES)
    tried = await import_wiki(db, desk.files, found, dry_run=True, now=clock())
    assert [one.file for one in tried if one.what == "updated"] == ["en/invoices.md"]
    stranger = await client_for(None)
    read = "/api/v1/articles/invoices?language=en"
    assert (await stranger.get(read)).json()["revision"] == 1
    await import_wiki(db, desk.files, found, dry_run=False, now=clock())
    assert (await stranger.get(read)).json()["revision"] == 2
    assert "One line more." in (await stranger.get(read)).json()["body"]


HEAD = "---\ntitle: T\nsection: web\nsummary: S\n"
WRONG = [
    ("en/bad.md", "No head", "en/bad.md, line 1: it must begin with a head"),
    ("en/bad.md", "---\ntitle: T\n---\nW", "line 1: the head lacks section"),
    ("en/bad.md", "---\ntitle: T\nsection: pets\nsummary: S\n---\nW", "line 3: section must"),
    ("en/bad.md", f"{HEAD}pet: x\n---\nW", "line 5: there is no field 'pet'"),
    ("en/bad.md", f"{HEAD}title: T\n---\nW", "line 5: title stands there twice"),
    ("en/bad.md", f"{HEAD}---\n", "Write the text"),
    ("en/bad.md", f"{HEAD}archived: x\n---\nW", "a time such"),
    ("en/bad.md", f"{HEAD}read_again: soon\n---\nW", "a day such"),
    ("en/Bad Name.md", f"{HEAD}---\nW", "An address is made"),
    ("xx/bad.md", f"{HEAD}---\nW", "does not speak xx"),
    ("en/bad.md", f"{HEAD}owner: x@y\n---\nW", "staff is x@y"),
    ("en/bad.md", f"{HEAD}related: no-such\n---\nW", "no-such is no article"),
    ("en/bad.md", f"{HEAD}former: invoices\n---\nW", "leads to another article"),
    ("images/invoices/x.png", "words", "ID-NAME"),
    ("images/invoices/01a22c96-b2b0-73c4-9bfb-2f7e0e1e3674-a.png", "words", "no picture"),
]


@pytest.mark.parametrize(("file", "text", "why"), WRONG)
async def test_a_wrong_file_is_named_by_its_line_and_nothing_is_written(
    conn: Conn, db: BoundDb, desk: Desk, tmp_path: Path, clock: Any, file: str, text: str, why: str
) -> None:
    good = tmp_path / "en/good.md"
    good.parent.mkdir()
    good.write_text("---\ntitle: T\nsection: web\nsummary: S\n---\nWords\n", "utf-8")
    (tmp_path / file).parent.mkdir(exist_ok=True, parents=True)
    (tmp_path / file).write_text(text, "utf-8")
    reports = await import_wiki(
        db, desk.files, read_folder(tmp_path, LANGUAGES), dry_run=False, now=clock()
    )
    refused = [one for one in reports if one.what == "refused"]
    assert [one.file for one in refused] == [file]
    assert why in refused[0].why
    assert "good" not in {one.slug for one in await article_files(conn)}


async def test_a_folder_in_which_something_stands_is_not_written_over(
    conn: Conn, desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("words")
    with pytest.raises(Conflict, match="empty"):
        await export_wiki(conn, desk.files, tmp_path)


async def test_a_file_that_is_composed_is_read_to_the_same(conn: Conn) -> None:
    for one in await article_files(conn):
        assert parse_file(one.slug, one.language, compose_file(one)) == one


HEAD = "---\ntitle: \"Quoted: 'so'\"\nsection: 'web'\nsummary: One.\n---\n\nWords\n"


async def test_what_is_no_article_file_is_refused_with_advice_and_holds_nothing_up(
    db: BoundDb, desk: Desk, tmp_path: Path, clock: Any
) -> None:
    (tmp_path / "en" / "folder.md").mkdir(parents=True)
    os.mkfifo(tmp_path / "en" / "pipe.md")
    (tmp_path / "en" / "koi.md").write_bytes("Слова".encode("cp1251"))
    (tmp_path / "en" / "good.md").write_text(HEAD)
    (tmp_path / "en" / "link.md").symlink_to(tmp_path / "en" / "good.md")
    (tmp_path / "lost.md").write_text(HEAD)
    found = read_folder(tmp_path, LANGUAGES)
    told = {one.file: one.why for one in found.refused}
    for name, advice in {
        "en/folder.md": "is no file", "en/pipe.md": "is no file", "en/koi.md": "UTF-8",
        "en/link.md": "is a link", "lost.md": "folder of its language",
    }.items():  # fmt: skip
        assert advice in told[name], told
    reports = await import_wiki(db, desk.files, found, dry_run=False, now=clock())
    assert {one.what for one in reports if one.file == "en/good.md"} == {"not written"}
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "There is no article here" in read_folder(empty, LANGUAGES).refused[0].why


@pytest.mark.parametrize("title", ['"All of it"', "'Single'", '"A" and "B"', "It's \\ so"])
def test_a_title_in_quotes_is_written_and_read_as_it_is(title: str) -> None:
    one = replace(parse_file("x", "en", HEAD), title=title)
    assert (parse_file("x", "en", HEAD).title, one.section) == ("Quoted: 'so'", "web")
    assert parse_file("x", "en", compose_file(one)) == one


def test_an_address_is_transliterated_and_a_title_turns_no_reading_order() -> None:
    assert slug_of("Як змінити її пошту") == "yak-zminyty-yii-poshtu"
    assert one_line("abc\u202e def\u2066") == "abc def"
