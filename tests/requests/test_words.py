"""What may be written, and what is masked before it is."""

import pytest

from firstline.requests.entrance.words import MASK, mask_secrets, title_from


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
        ("```\npassword: verbatim1\n```", "```\npassword: verbatim1\n```"),
        ("it is (password: s3cret-word).", f"it is (password: {MASK})."),
    ],
)
def test_labelled_secrets_are_masked_and_nothing_else(text: str, kept: str) -> None:
    assert mask_secrets(text) == kept


def test_private_keys_are_masked() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"
    assert "MIIE" not in mask_secrets(f"here it is\n{key}\nthanks")


def test_hostile_text_is_masked_in_linear_time() -> None:
    mask_secrets("-----BEGIN PRIVATE KEY-----" * 700)
    mask_secrets("password:" * 2_000)
    mask_secrets("password" + " " * 19_000)


def test_a_title_is_the_first_line_cut_at_a_word() -> None:
    assert title_from("\n  403 on the shop  \nsince noon") == "403 on the shop"
    title = title_from("word " * 40)
    assert len(title) <= 80
    assert title.endswith("word…")
