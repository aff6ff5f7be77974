"""What may be written: limits of texts, and the masking of secrets that clients paste."""

import re

from firstline.kit.errors import Invalid, TooLarge
from firstline.kit.i18n import gettext as _

BODY_LIMIT = 20_000
TITLE_LIMIT = 200
MASK = "••••••••"

# A label, a colon or equals sign, and one word after it. The word counts as a secret when it is
# the last of its line or holds a digit or a sign: «password: what to do» is a question.
_LABELLED = re.compile(
    r"(?im)\b((?:password|passwd|passphrase|pwd|api[ _-]?key|secret|access[ _-]?token|pin"
    r"|пароль|пін[ -]?код|пин[ -]?код|токен|секрет)[ \t]{0,3}[:=][ \t]{0,3})"
    r"(\S{4,200})(?=([ \t]{0,3}$)?)"
)
_FENCE = re.compile(r"(?ms)(^[ \t]{0,3}```.*?(?:^[ \t]{0,3}```|\Z))")
# Signs that close what a word stands in; the database's own words for whether one was given.
CLOSING = ".,;:!?)]}>»”'\"`"
ANSWERS = frozenset(
    {"yes", "no", "true", "false", "none", "null", "empty", "так", "ні", "да", "нет"}
)
_KEY_BLOCK = re.compile(
    r"(?s)(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)"
    r".{1,9000}?(-----END [A-Z ]{0,30}PRIVATE KEY-----)"
)


def check_text(
    text: str, field: str = "body", *, limit: int = BODY_LIMIT, empty: bool = False
) -> str:
    """The text as it came, or a refusal that names the field.

    Raises `Invalid` for nothing but white space, NUL or a lone surrogate, `TooLarge` over `limit`
    characters.
    """
    if len(text) > limit:
        raise TooLarge(
            _(
                "%(field)s has %(count)d characters; at most %(limit)d: shorten it, "
                "or attach a file."
            )
            % {"field": field, "count": len(text), "limit": limit},
            field=field,
        )
    if "\0" in text:
        raise Invalid(
            _("%(field)s holds a NUL character; remove it.") % {"field": field}, field=field
        )
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Invalid(
            _("%(field)s holds a broken character; type it again.") % {"field": field}, field=field
        ) from None
    if not empty and not text.strip():
        raise Invalid(
            _("%(field)s is empty; write what you want to say.") % {"field": field}, field=field
        )
    return text


def mask_secrets(text: str) -> str:
    """The text without labelled secrets and private keys: they are never written to the log.

    What stands in fenced code is kept to the letter, except for key blocks.
    """
    if "PRIVATE KEY" in text:
        text = _KEY_BLOCK.sub(rf"\1\n{MASK}\n\2", text)
    if ":" not in text and "=" not in text:
        return text
    pieces = _FENCE.split(text)
    pieces[::2] = [_LABELLED.sub(_mask, piece) for piece in pieces[::2]]
    return "".join(pieces)


def _mask(found: re.Match[str]) -> str:
    label, word, last = found[1], found[2], found[3] is not None
    if word.startswith(("http://", "https://")):
        return found[0]
    core = word.rstrip(CLOSING)
    after = word[len(core) :]
    telling = re.search(r"[^\W\d_]*[\W\d_]", core) is not None
    ends = last and not after.strip(".,;!?") and core.lower() not in ANSWERS
    return f"{label}{MASK}{after}" if len(core) >= 4 and (telling or ends) else found[0]


def title_from(body: str) -> str:
    """A title for a request whose writer gave none: its first line, cut at a word."""
    line = next((line.strip() for line in body.splitlines() if line.strip()), "")
    if len(line) <= 80:
        return line
    return line[:79].rsplit(" ", 1)[0].rstrip(",;:") + "…"
