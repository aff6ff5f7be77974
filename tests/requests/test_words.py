"""What may be written, and what is masked before it is."""

from collections.abc import Awaitable
from datetime import timedelta

import pytest

from firstline.kit import i18n
from firstline.kit.errors import Invalid, TooLarge
from firstline.kit.masks import MASK, mask_secrets
from firstline.requests.actions import changes, closing, moves
from firstline.requests.actions.delays import delay
from firstline.requests.entrance.words import check_text, title_from

from .hands import Hands


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("password: hunter22", f"password: {MASK}"),
        ("пароль: Секрет1", f"пароль: {MASK}"),
        ("My login is anna\npwd=qwerty\nthanks", f"My login is anna\npwd={MASK}\nthanks"),
        ("I forgot my password: what to do now?", "I forgot my password: what to do now?"),
        ("password: https://acme.example/reset", "password: https://acme.example/reset"),
        (
            "the page https://acme.example/?pin=12 fails",
            "the page https://acme.example/?pin=12 fails",
        ),
        ("```\nerror: 403\n```", "```\nerror: 403\n```"),
        ("Access denied (using password: YES)", "Access denied (using password: YES)"),
        ("`password: verbatim` in the file", "`password: verbatim` in the file"),
        ("```\npassword: verbatim1\n```", f"```\npassword: {MASK}\n```"),
        ("```password: hunter22\nmore", f"```password: {MASK}\nmore"),
        ('{"password": "two words", "user": "anna"}', f'{{"password": "{MASK}", "user": "anna"}}'),
        ('{"pin": 1234, "x": 1}', f'{{"pin": {MASK}, "x": 1}}'),
        (r'{"a": "{\"password\": \"x\"}"}', rf'{{"a": "{{\"password\": \"{MASK}\"}}"}}'),
        ('password: "with \\" inside"', f'password: "{MASK}"'),
        ("DB_PASSWORD=abc123\nUSER=x", f"DB_PASSWORD={MASK}\nUSER=x"),
        ("newPassword: qwerty", f"newPassword: {MASK}"),
        ("define('DB_PASSWORD', 'abc');", f"define('DB_PASSWORD', '{MASK}');"),
        ("'password' => 'abc',", f"'password' => '{MASK}',"),
        ("password:\n  hunter22\nthanks", f"password:\n  {MASK}\nthanks"),
        ("password:\nHelp me", "password:\nHelp me"),
        ("password: |\n  s3cret", f"password: |\n  {MASK}"),
        ("<password>abc d</password>", f"<password>{MASK}</password>"),
        ("пароль від пошти: qwerty", f"пароль від пошти: {MASK}"),
        ("password for the ftp user: zxcvbn", f"password for the ftp user: {MASK}"),
        ("my password is hunter22 ok", f"my password is {MASK} ok"),
        ("password is case-sensitive", "password is case-sensitive"),
        ("пароль — qwerty12", f"пароль — {MASK}"),
        ("**password**: `hunter22`", f"**password**: `{MASK}`"),
        ("password：hunter22", f"password：{MASK}"),
        ("host=a;password=abcdef;user=x", f"host=a;password={MASK};user=x"),
        ("mysql://shop:pw@db/x", f"mysql://shop:{MASK}@db/x"),
        ("Authorization: Bearer abcdef0123456789", f"Authorization: Bearer {MASK}"),
        ("X-Api-Key: abc9abc", f"X-Api-Key: {MASK}"),
        ("identified by 'abc'", f"identified by '{MASK}'"),
        ("passphrase: correct horse battery", f"passphrase: {MASK}"),
        ("password: " + "a1" * 300, f"password: {MASK}"),
        ("unexpected token: identifier", "unexpected token: identifier"),
        ("password: ${DB_PASSWORD}", "password: ${DB_PASSWORD}"),
        ("$password = $_POST['password'];", "$password = $_POST['password'];"),
        ("secretary: Anna-1", "secretary: Anna-1"),
        ("it is (password: s3cret-word).", f"it is (password: {MASK})."),
    ],
)
def test_labelled_secrets_are_masked_and_nothing_else(text: str, kept: str) -> None:
    assert mask_secrets(text) == kept


LABELLED = (
    '$db["password"] = "X"',
    "$cfg['Servers'][$i]['password'] = 'X'",
    'process.env["DB_PASSWORD"] = "X"',
    '$dbpass = "X"',
    "DBPASS=X",
    "smtpUserPass=X",
    'setPassword("X")',
    "props.put('password', 'X')",
    '"password","X"',
    "const db = { password : `X` }",
    "password:\xa0X",
    "Пароль\xa0: X",
    "password\xa0is\xa0X",
    "password\u200b: X",
    "password\u200b:\u200bX",
    "\ufeffpassword\ufeff: X",
    "password\tX",
    "password\t\tX\nlogin\tanna",
    "| password | X |",
    "| Пароль\xa0|\xa0X |",
    "| DB_PASSWORD | X |",
    "<td>Password</td><td>X</td>",
    '<tr><th>Password</th>\n <td class="a">X</td></tr>',
    "<dt>Пароль</dt><dd>X</dd>",
    "<b>Password:</b> X<br>",
    "password:\n\nX",
    "password:\r\n\r\nX",
    "password:\xa0\xa0\nX",
    "password (FTP): X",
    "Пароль (root): X",
    "Пароль FTP: X",
    "пароль користувача root: X",
    "Password?: X",
    "password is: X",
    'the password "X" does not work',
    "mysql --password X -u root",
    "--db-password X",
    "CREATE ROLE x PASSWORD 'X'",
    "IDENTIFIED WITH mysql_native_password BY 'X'",
    "ALTER USER a IDENTIFIED BY PASSWORD 'X'",
    '<add key="password" value="X"/>',
    '<input type="password" name="p" value="X">',
    '{"name":"password","value":"X"}',
    '{"name": "password", "value": "X"}',
    "- name: DB_PASSWORD\n  value: X",
)


@pytest.mark.parametrize("text", LABELLED)
def test_a_secret_is_masked_in_every_form_in_which_people_copy_it(text: str) -> None:
    masked = text.replace("X", MASK)
    assert mask_secrets(text.replace("X", "Zq7hunter2")) == masked
    assert mask_secrets(masked) == masked


def test_a_password_in_an_address_is_masked_with_the_signs_of_at_in_it() -> None:
    assert mask_secrets("https://root:Zq7@hunter2@h/") == f"https://root:{MASK}@h/"
    assert mask_secrets("https://medium.com:443/@user") == "https://medium.com:443/@user"


@pytest.mark.parametrize(
    "text",
    [
        "the password is wrong",
        "Password: what to do?",
        "password (see below): read the article",
        "password (optional)",
        "password reset fails: HTTP500",
        "password error: E1045",
        "Password policy: strong",
        "Password and login: anna15",
        "пароль не підходить: помилка 403",
        "cat password | md5sum",
        "cat password | base64 | sort",
        '["login", "password", "email"]',
        "password\tChange",
        "| Password | required |",
        "<td>Password</td><td>at least 8 characters</td>",
        "use --password option",
        "password 'foo' is wrong",
        '<input type="password" value="">',
        '<label for="password">Password</label><input id="pw1" name="x">',
        "password:\n\nThanks, Anna",
        "password:\n\nE-mail",
        "compass = north1",
    ],
)
def test_sentences_and_code_about_secrets_stand_as_they_are(text: str) -> None:
    assert mask_secrets(text) == text


@pytest.mark.parametrize("kind", ["RSA PRIVATE KEY", "PRIVATE KEY", "PGP PRIVATE KEY BLOCK"])
@pytest.mark.parametrize("end", ["", "-----END {}-----\n"])
def test_private_keys_are_masked(kind: str, end: str) -> None:
    key = f"-----BEGIN {kind}-----\n{'MIIE' * 16}\n{'abcd' * 3_000}\n{end.format(kind)}"
    masked = mask_secrets(f"here it is\n{key}thanks for it")
    assert "MIIE" not in masked
    assert "abcd" not in masked
    assert masked.endswith("\nthanks for it")


def test_what_is_masked_stays_as_it_is_when_it_is_masked_again() -> None:
    once = mask_secrets('password: hunter22 "pin": "1234" пароль: qwerty')
    assert mask_secrets(once) == once


HOSTILE = (
    *('password: "', "password:\n", "<pwd>", "a://b:", "a://b:c@d@", "define(", "password for a "),
    *("password\t", "| password |", "password</td>", "password <b>", "password (", "password a b "),
    *("--password ", "-", "dbdbpass", "identified with ", 'password a="b" ', "\xa0", "\n", "</b>"),
)


def test_hostile_text_is_masked_in_linear_time() -> None:
    mask_secrets("-----BEGIN PRIVATE KEY-----" * 700)
    mask_secrets("password:" * 2_000)
    mask_secrets("password" + " " * 19_000 + ":")
    for piece in HOSTILE:
        mask_secrets(piece * (19_000 // len(piece)) + ":=")
        mask_secrets("password" + piece * (19_000 // len(piece)) + ":=")


def test_a_title_is_the_first_line_cut_at_a_word() -> None:
    assert title_from("\n  403 on the shop  \nsince noon") == "403 on the shop"
    title = title_from("word " * 40)
    assert len(title) <= 80
    assert title.endswith("word…")


UNSEEN = [
    " ", "\n\t", "\u200b", "\u2060", "\u00ad", "\u3164", "\u2800", "\u115f", "\ufe0f", "\u034f",
    "\u180e", "\u202e", "\U000e0041\U000e007f", "\ufeff", "\uffa0", "\u00a0\u3000", "\u0301",
    "\ufffc", "\U0001d159", "\u061c", "\x1b", "\u17b4", "\u200b \u2060\n\u2800",
]  # fmt: skip


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
def test_words_that_nobody_can_see_are_no_words(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_text(text)
    assert refused.value.detail == "The message is empty; write what you want to say."
    assert refused.value.extra["field"] == "body"
    assert check_text(text, "reason", empty=True) == ""


@pytest.mark.parametrize(
    "text", ["👍", "👨‍👩‍👧", "\U0001fae8", "?", "…", "5️⃣", "\u200bй", "न", "✓", "ㅋ"]
)
def test_one_sign_that_can_be_seen_is_an_answer(text: str) -> None:
    assert check_text(text) == text


def test_a_title_is_the_first_line_that_can_be_seen() -> None:
    assert title_from("\u200b\n\u2800\nThe shop is down") == "The shop is down"


def test_a_text_that_is_too_long_is_called_what_people_call_it() -> None:
    with pytest.raises(TooLarge) as refused:
        check_text("x" * 25_000)
    assert refused.value.detail.startswith("The message has 25000 characters; at most 20000")
    with i18n.speaking("ru"), pytest.raises(TooLarge) as refused:
        check_text("x" * 25_000)
    assert refused.value.detail.startswith("Сообщение содержит 25000 символов")


@pytest.mark.parametrize("unseen", ["\u200b", "\u3164\u2800"])
async def test_no_door_takes_words_that_nobody_can_see(hands: Hands, unseen: str) -> None:
    no = await hands.open()
    second = await hands.open("vera", "Another request")
    refused = [
        await refusal(hands.open("vera", unseen)),
        await refusal(hands.open("vera", "Seen", title=unseen)),
        await refusal(hands.act(moves.take, "anna", second, unseen)),
    ]
    await hands.take("anna")
    owed = (await hands.request(no)).promise
    until = hands.now + timedelta(hours=3)
    refused += [
        await refusal(hands.say("anna", no, unseen)),
        await refusal(hands.say("anna", no, unseen, audience="staff")),
        await refusal(hands.act(changes.amend, "anna", no, title=unseen)),
        await refusal(hands.act(delay, "anna", no, "investigation", until, unseen)),
        await refusal(hands.act(moves.hand_over, "anna", no, unseen)),
        await refusal(hands.act(moves.skip, "anna", no, unseen)),
        await refusal(hands.act(closing.close, "anna", no, "solved", unseen)),
        await refusal(hands.act(changes.edit, "vera", no, 1, unseen)),
    ]
    assert refused == "body title reason body body title text summary reason text body".split()
    assert (await hands.request(no)).promise == owed


async def refusal(doing: Awaitable[object]) -> str:
    """The field whose words were refused."""
    with pytest.raises(Invalid) as refused:
        await doing
    return refused.value.extra["field"]
