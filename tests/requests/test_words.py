"""What may be written, and what is masked before it is."""

import pytest

from firstline.requests.entrance.masks import MASK, mask_secrets
from firstline.requests.entrance.words import title_from


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


def test_hostile_text_is_masked_in_linear_time() -> None:
    mask_secrets("-----BEGIN PRIVATE KEY-----" * 700)
    mask_secrets("password:" * 2_000)
    mask_secrets("password" + " " * 19_000 + ":")
    for piece in ('password: "', "password:\n", "<pwd>", "a://b:", "define(", "password for a "):
        mask_secrets(piece * (19_000 // len(piece)) + ":=")


def test_a_title_is_the_first_line_cut_at_a_word() -> None:
    assert title_from("\n  403 on the shop  \nsince noon") == "403 on the shop"
    title = title_from("word " * 40)
    assert len(title) <= 80
    assert title.endswith("word…")
