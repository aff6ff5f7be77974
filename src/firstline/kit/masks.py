"""What is a secret in people's words, and the mask that stands in its place.

Decided here for everything that is kept: words said, notes, reasons, titles, drafts. Code is no
exception, so that nothing which looks like a fence can hide a password. The browser
looks for none itself.
"""

import re

MASK = "••••••••"

# What a text must hold at all, of each, before it is looked through for labels.
_STEMS = (
    "pass pwd pw pin puk otp cvv key secret token bearer basic identified "
    "парол токен секрет пін пин кодов kennwort hasło contrase senha"
).split()
_SIGNS = (
    *":=>：—–\t\xa0|'\"`<",
    " - ",
    "--",
    " is ",
    " це ",
    " это ",
    "bearer",
    "basic",
    "identified",
)
# Spaces that do not break, and what has no width at all, as pages and chats copy them.
_SPACES = dict.fromkeys(
    map(ord, "\xa0\xad\u2002\u2003\u2009\u200a\u200b\u200c\u200d\u2060\u202f\u3000\ufeff"), " "
)
# Labels that also stand at the end of a longer name (DB_PASSWORD, newPassword, client_secret) …
_LONG = (
    r"passwords?|passwd|passwort|kennwort|pwd|secret|mot[ ]de[ ]passe|hasło|contraseña|senha"
    r"|(?:api|auth|access|app|encryption|private|secret)[ _.-]?key"
    r"|(?:access|auth|session)[ _-]token"
    r"|парол(?:ь|я|ю|ем|і|и|ів|ей)|токен|секрет"
)
_PHRASE = r"passphrase|pass[ ]phrase|seed[ ]phrase|кодов(?:ая|ое|е|а)[ ](?:фраза|слово)"
# … and those that would stand in other words as well, alone or after what they open: dbpass.
_SHORT = r"pass|pw|pin(?:[ _-]?code)?|puk|otp|cvv|п[іи]н(?:[ -]?код)?"
_OPENED = (
    r"db|my(?:sql)?|sql|pg|redis|ldap|s?ftp|ssh|smtp|imap|pop3?|e?mail|http|proxy|web|wp|c?panel"
    r"|user|usr|root|admin|login|auth|account|new|old"
)
_FOR = r"for|of|to|on|from|к|ко|от|для|від|до|на|у|в|из|із|з"
_SAYS = r"is|was|це|это"
# A name behind the label (Пароль FTP: …) is none of these, which make a sentence of it.
_NO_NAME = (
    rf"(?:{_SAYS}|and|or|not|login|user|username|logs?|resets?|errors?|fails?|failed|page|form|policy"
    r"|і|й|и|та|або|или|не|логін|логин)\b|\S{0,20}(?:pass|pwd|парол|token|токен|secret|секрет)"
)
_TAGS = r"(?:\s{0,9}</?[a-z]\w{0,9}(?:[ \t][^<>]{0,60})?/?>){1,4}\s{0,9}"
_ATTRIBUTES = r"""(?:[ \t]{1,9}[\w-]{1,20}=["'][^"'<>\n]{0,40}["']){0,3}"""
_GAP = r"[ \t]{1,40}"
_LABEL = re.compile(
    rf"""(?ix)
    (?:
      (?:{_LONG}|(?P<phrase>{_PHRASE})|(?P<token>token))(?:_\w{{1,20}}|\d{{1,3}})?
      |(?<![^\W_])(?:{_OPENED}){{0,2}}(?:{_SHORT})\d{{0,3}}
    )
    (?![^\W_])[\\"'`*_\]?]{{0,5}}
    (?:
      [ \t]+(?:{_FOR})(?:[ \t]+[^\s:=,;?!]{{1,40}}){{1,4}}
      |[ \t]{{0,40}}\([^()\n]{{1,40}}\)
      |(?<=\w)(?P<name>(?:{_GAP}(?!{_NO_NAME})[^\s:=,;?!()|<>"']{{1,40}}){{1,3}}
        (?=[ \t]{{0,40}}[:=：]))
    )?
    (?:
      (?:{_TAGS})?(?:{_GAP}(?:{_SAYS}))?
        [ \t]{{0,40}}(?:=>|->|:=|[:=：])[ \t]{{0,40}}(?:{_TAGS})?
      |(?P<said>[ \t]+(?:{_SAYS}|[—–-])[ \t]+)
      |{_ATTRIBUTES}[\s,]{{1,40}}["']?value["']?[ \t]{{0,9}}[=:][ \t]{{0,9}}
      |(?P<call>
        (?:{_GAP}|[ \t]{{0,9}}\([ \t]{{0,9}}|(?<=["'])[ \t]{{0,9}},[ \t]{{0,9}})
        (?=["'`]))
      |(?P<cell>[ ]{{0,40}}(?:\t[ \t]{{0,40}}|(?P<bar>\|)[ \t]{{0,40}})|{_TAGS})
    )
    |(?P<tag><[\w:.-]{{0,30}}(?:passw|pwd|secret|token)[\w:.-]{{0,30}}>)
    |define\([ \t]*["'][^"'\s]{{0,40}}(?:pass|secret|key|salt|token)[^"'\s]{{0,20}}["'][ \t]*,[ \t]*
    |identified{_GAP}(?:with{_GAP}\S{{1,60}}{_GAP})?(?:by|as){_GAP}
    |(?P<option>(?<![\w-])--?[a-z-]{{0,30}}(?:passw(?:or)?d|pass|pwd|secret|token){_GAP}(?=[^\s-]))
    |(?P<bearer>\b(?:bearer|basic)[ \t]+)(?=[\w.~+/=-]{{16}})
    """
)
# As in mysql://shop:s3cret@db: all between the colon and the host, signs of @ in it too.
_IN_ADDRESS = re.compile(
    r"(?i)(\b[a-z][a-z\d+.-]{0,20}://[^\s/:@?#]{0,100}:)"
    r"""([^\s/@]{1,200}(?:@[^\s/@"'<>,]{1,100}){0,5})(?=@)"""
)
_BELOW = re.compile(r"[|>]?[+-]?[ \t]{0,40}(?:\r?\n[ \t\xa0>]{0,40}){1,3}")
# What a program says of itself, not a secret: HTTP500, E1045.
_CODE = re.compile(r"[A-Z]{1,8}[-_]?\d{1,4}")
_QUOTE = re.compile(r"(\\{0,3})([\"'`“„«‘])")
_CLOSED_BY = {'"': '"', "'": "'", "`": "`", "“": "”", "„": "“", "«": "»", "‘": "’"}
# A word ends where the next of several pairs begins: «password=…;user=…».
_WORD = re.compile(r"\S+?(?=[;&,][\w-]{1,40}[=:]|</?[a-z]|\s|$)")
_IN_TAG = re.compile(r"[^<\n]+(?=</)")
# Signs that close what a word stands in; the database's own words for whether one was given.
_CLOSING = ".,;:!?)]}>»”'\"`*\\"
_ANSWERS = frozenset(
    {"yes", "no", "true", "false", "none", "null", "empty", "так", "ні", "да", "нет"}
)
_SIGN = re.compile(r"[^\W\d_]*[\W\d_]")
# Where a secret is read from, or is to be put, is none: ${DB_PASSWORD}, getenv('X'), <password>.
_PLACE = re.compile(
    r"(?i)\$\{|\{\{|%\(|<[^<>]+>|\$\w+(?:->|\[|;)|(?:os|process|system)\.\w+|(?:get_?env|env)\("
)
_KEY_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----")
_KEY_END = re.compile(r"-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----")
# The lines of a key of which the end was not copied.
_KEY_LINES = re.compile(
    r"(?:(?:\\n|[\s>])*[A-Za-z0-9+/=]{16,}(?![^\s\\]))*(?:(?:\\n|\s)[\w+/]*={1,2}(?!\S))?"
)


def mask_secrets(text: str) -> str:
    """The text without labelled secrets and private keys: they are never written to the log."""
    if "PRIVATE KEY" in text:
        text = _without_keys(text)
    if "://" in text and "@" in text:
        text = _IN_ADDRESS.sub(rf"\1{MASK}", text)
    folded = text.casefold()
    if not (any(stem in folded for stem in _STEMS) and any(sign in folded for sign in _SIGNS)):
        return text
    return _without_labelled(text)


def _without_labelled(text: str) -> str:
    parts: list[str] = []
    end = 0
    for label in _LABEL.finditer(text.translate(_SPACES)):
        secret = _secret_after(text, label) if label.start() >= end else None
        if secret is not None:
            parts += [text[end : secret[0]], MASK]
            end = secret[1]
    return "".join([*parts, text[end:]])


def _secret_after(text: str, label: re.Match[str]) -> tuple[int, int] | None:
    """Where the secret that a label speaks of begins and ends; None where it speaks of none."""
    at = label.end()
    if label["tag"]:
        inside = _IN_TAG.match(text, at)
        return inside.span() if inside and not _is_no_secret(inside[0]) else None
    if label["bar"] and not _begins_with_bar(text, label.start()):
        return None
    below = _BELOW.match(text, at)
    at = below.end() if below else at
    if not _QUOTE.match(text, at):
        return _word_alone(text, at, label, below)
    words = _words_in_quotes(text, at)
    loose = label["call"] or label["cell"] or label["name"] or label["option"]
    return words if words and not (loose and not _is_mixed(text[slice(*words)])) else None


def _begins_with_bar(text: str, at: int) -> bool:
    """Whether the line is a row of a table, not the pipe of a command: `cat password | md5sum`."""
    return text[max(0, at - 200) : at].rsplit("\n", 1)[-1].lstrip().startswith("|")


def _is_mixed(word: str) -> bool:
    """Whether a word holds digits among its letters, and is no code of an error."""
    return (
        any(char.isdigit() for char in word)
        and any(char.isalpha() for char in word)
        and not any(char.isspace() for char in word)
        and not _CODE.fullmatch(word)
    )


def _words_in_quotes(text: str, at: int) -> tuple[int, int] | None:
    """What stands in quotation marks, up to the closing one of the same line."""
    quote = _QUOTE.match(text, at)
    assert quote is not None, "it was looked for"
    start, closing = quote.end(), quote[1] + _CLOSED_BY[quote[2]]
    line = text.find("\n", start)
    line = len(text) if line < 0 else line
    end = text.find(closing, start, line)
    while end > start and not quote[1] and text[end - 1] == "\\":
        end = text.find(closing, end + 1, line)
    end = end if end >= 0 else line
    return None if _is_no_secret(text[start:end]) else (start, end)


def _word_alone(
    text: str, at: int, label: re.Match[str], below: re.Match[str] | None
) -> tuple[int, int] | None:
    """One word after a label. It counts when it is the last of its line or holds a digit or a
    sign: «password: what to do» is a question.
    """
    if label["phrase"]:
        return _phrase(text, at)
    word = _WORD.match(text, at)
    if word is None or _is_no_secret(word[0]) or word[0].startswith(("http://", "https://")):
        return None
    core = word[0].rstrip(_CLOSING)
    rest = text[word.end() : word.end() + 200].split("\n", 1)[0]
    last = not rest.strip() and not word[0][len(core) :].strip(".,;!?")
    last = last or rest.startswith((";", "&", ",", "<"))
    telling = _SIGN.match(core) is not None
    if label["said"]:
        telling, last = any(char.isdigit() for char in core), False
    elif label["name"] or label["cell"] or label["option"]:
        telling, last = _is_mixed(core), False
    elif below:
        surely = _is_mixed(core) if below[0].count("\n") > 1 else telling
        telling, last = surely and not rest.strip(), False
    elif label["token"] or label["bearer"]:
        last = False
    return (at, at + len(core)) if len(core) >= 4 and (telling or last) else None


def _phrase(text: str, at: int) -> tuple[int, int] | None:
    """All words to the end of the line, unless they ask."""
    words = text[at : at + 2000].split("\n", 1)[0].rstrip()
    return None if _is_no_secret(words) or words.endswith("?") else (at, at + len(words))


def _is_no_secret(word: str) -> bool:
    core = word.strip().strip(_CLOSING)
    return (
        not core or core.casefold() in _ANSWERS or core == MASK or bool(_PLACE.match(word.strip()))
    )


def _without_keys(text: str) -> str:
    parts: list[str] = []
    at = 0
    while begin := _KEY_BEGIN.search(text, at):
        end = _KEY_END.search(text, begin.end())
        following = _KEY_BEGIN.search(text, begin.end())
        if end is None or (following and following.start() < end.start()):
            lines = _KEY_LINES.match(text, begin.end())
            stop, rest = lines.end() if lines else begin.end(), ""
        else:
            stop, rest = end.end(), f"\n{end[0]}"
        parts.append(f"{text[at : begin.end()]}\n{MASK}{rest}")
        at = stop
    return "".join([*parts, text[at:]])
