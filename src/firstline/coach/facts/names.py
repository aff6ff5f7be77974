"""Names that somebody gave: databases, accounts, papers, pages of the panel."""

from __future__ import annotations

from collections.abc import Iterator

from firstline.coach.facts.addresses import FactPlace
from firstline.coach.facts.panel import panel_pages
from firstline.coach.reading.reading import Reading
from firstline.coach.words import word_set

_NUMBERS = ("name", "code", "number", "path")
_WORD_ENDINGS = ("ing", "ed", "s", "ly", "tion")
_NAMING = ("called", "named", "is", ":", "=")
_QUOTES = frozenset("'\"`«»“”„‘’:=-–(#№*")
_LINKS = frozenset("and і и та й or або или ,".split())
_BETWEEN = word_set("names.between")
_MAKING = word_set("names.making")


def names(reading: Reading, topic: str | None, errors: list[tuple[int, int]]) -> list[FactPlace]:
    """The names a message tells."""
    papers = list(_documents(reading, topic))
    wrong = {at for first, last in errors for at in range(first, last)}
    bases = list(_databases(reading, topic, wrong))
    pages = list(panel_pages(reading, topic, errors))
    places = {role.start for role in (*papers, *bases, *pages)}
    accounts = [one for one in _accounts(reading, topic, wrong) if one.start not in places]
    return [*papers, *bases, *accounts, *pages]


def _role(reading: Reading, fact: str, at: int) -> FactPlace:
    token = reading.tokens[at]
    return FactPlace(fact, token.start, token.end)  # type: ignore[arg-type]


def _documents(reading: Reading, topic: str | None) -> Iterator[FactPlace]:
    """`INV-2026-004518`, `№ 000458712` behind the word for an invoice or act."""
    for at, token in enumerate(reading.tokens):
        is_number = token.kind != "number" or (len(token.fold) > 2 and not _is_year(token.fold))
        if token.kind not in _NUMBERS or not is_number:
            continue
        shaped = topic == "billing" and _is_shaped(reading, at)
        if shaped or _is_of_document(reading, at):
            yield _role(reading, "document", at)


def _is_shaped(reading: Reading, at: int) -> bool:
    """`INV-2026-0917`, without a word for what else it numbers before it."""
    letters, _, rest = reading.tokens[at].fold.replace("/", "-").partition("-")
    if not (letters.isalpha() and len(letters) < 5 and rest.replace("-", "").isdecimal()):
        return False
    return len(rest) > 3 and not reading.near("cue.other_number", at, 2)


def _is_year(fold: str) -> bool:
    return len(fold) == 4 and fold.startswith(("19", "20"))


def _is_of_document(reading: Reading, at: int) -> bool:
    raw = reading.tokens[at]
    if raw.kind == "name" and not any(sign.isdigit() for sign in raw.fold):
        return False
    if at + 1 < len(reading.tokens) and reading.has("cue.version", at + 1):
        return False
    steps = 6
    for place in reading.before(at, steps):
        token = reading.tokens[place]
        if reading.has("cue.document", place) or (
            raw.kind == "name"
            and reading.words[place].startswith(("paid", "pay", "оплат", "сплат", "заплат"))
        ):
            return True
        if token.kind in ("name", "code", "number") and _is_linked(reading, place, at):
            continue
        if token.kind == "sign" or token.fold in _BETWEEN or token.fold in _LINKS:
            continue
        if token.kind == "word" and raw.kind == "name" and any(s in raw.fold for s in "-/"):
            continue
        return False
    return False


def _is_linked(reading: Reading, place: int, at: int) -> bool:
    return (
        all(
            reading.tokens[one].kind == "sign" or reading.tokens[one].fold in _LINKS
            for one in range(place + 1, at)
        )
        and reading.tokens[place].kind == reading.tokens[at].kind
    )


def _databases(reading: Reading, topic: str | None, wrong: set[int]) -> Iterator[FactPlace]:
    for at, token in enumerate(reading.tokens):
        if token.kind not in ("name", "word"):
            continue
        if not _is_named_base(reading, topic, at, at in wrong):
            continue
        if not _is_function(reading, at) and not _is_new(reading, at):
            yield _base(reading, at)


def _is_function(reading: Reading, at: int) -> bool:
    """`mysqli_connect()` is what a program calls."""
    return reading.text[reading.tokens[at].end : reading.tokens[at].end + 1] == "("


def _is_named_base(reading: Reading, topic: str | None, at: int, quoted: bool) -> bool:
    token = reading.tokens[at]
    if _is_after_cue(reading, at, "cue.database", 3) and _is_name(reading, at):
        return True
    if token.kind != "name" or "_" not in token.fold:
        return False
    if _is_table(reading, at):
        return True
    quoted = quoted and reading.words[at - 1] not in (
        "in",
        "в",
        "у",
    )  # `Access denied … in shop_db`
    return topic == "mysql" and not (quoted or _is_user(reading, at) or _is_part(reading, at))


def _is_part(reading: Reading, at: int) -> bool:
    """Whether a table, column or the like is named, or a file or setting."""
    before = [reading.words[place] for place in reading.before(at, 2)]
    return any(word.startswith(_PARTS) for word in before)


_PARTS = tuple(word_set("names.parts"))


def _base(reading: Reading, at: int) -> FactPlace:
    token = reading.tokens[at]
    size = len(token.fold.partition(".")[0])
    return FactPlace("database", token.start, token.start + size)


def _is_table(reading: Reading, at: int) -> bool:
    return "." in reading.tokens[at].fold and reading.near("topic.mysql", at, 3)


def _is_user(reading: Reading, at: int) -> bool:
    after = reading.text[reading.tokens[at].end : reading.tokens[at].end + 2]
    words = [reading.words[place] for place in reading.before(at, 2)]
    return (
        "@" in after
        or any(
            word.startswith(("user", "корист", "польз", "юзер", "логін", "логин")) and word != "use"
            for word in words
        )
        or words[:1] == ["u"]
        or reading.tokens[at].fold.startswith(
            (
                "max_",
                "memory_",
                "wait_",
                "innodb_",
                "sql_",
                "open_",
                "error_",
                "mod_",
                "mysql_",
                "php_",
                "log_",
                "wp_",
                "utf8",
                "latin1_",
                "cp1251_",
            )
        )
    )


def _is_new(reading: Reading, at: int) -> bool:
    """Whether what bears the name is still to be made."""
    before = [reading.words[place] for place in reading.before(at, 7)]
    copies = any(word.startswith(_COPIES) for word in before)
    return not copies and any(word in _MAKING for word in before)


_COPIES = ("копі", "копи", "бекап", "бэкап", "backup", "copy", "дамп", "dump", "резерв")


def _is_after_cue(reading: Reading, at: int, cue: str, reach: int) -> bool:
    left = reach
    place = at
    while place > 0 and left > 0:
        place -= 1
        token = reading.tokens[place]
        if token.kind == "line":
            return False
        if reading.has(cue, place):
            return not _is_cut(reading, place, at)
        if token.kind == "sign" and token.fold not in _QUOTES:
            return False
        if token.kind != "sign" and token.fold not in _BETWEEN:
            return False
        left -= token.kind != "sign"
    return False


def _is_cut(reading: Reading, place: int, at: int) -> bool:
    return any(reading.tokens[one].fold in ",.;!?" for one in range(place + 1, at))


def _is_name(reading: Reading, at: int) -> bool:
    """Whether a token may be a name: letters with digits, or Latin ones that are no known word."""
    token = reading.tokens[at]
    if token.fold in word_set("name.stops") or reading.has("cue.version", at):
        return False
    if token.kind == "name" or token.fold in _USUAL_ACCOUNTS:
        return any(sign.isalpha() for sign in token.fold)
    if not token.fold.isascii() or len(token.fold) < 3:
        return False
    if reading.language == "en":
        before = reading.words[at - 1] if at else ""
        return _is_quoted(reading, at) or (
            _is_unknown(reading, at) and (before in _NAMING or reading.has("cue.account", at - 1))
        )
    return _is_unknown(reading, at)


def _is_quoted(reading: Reading, at: int) -> bool:
    start, end = reading.tokens[at].start, reading.tokens[at].end
    return reading.text[start - 1 : start] in tuple("'\"`«“") and reading.text[
        end : end + 1
    ] in tuple("'\"`»”")


def _is_unknown(reading: Reading, at: int) -> bool:
    token = reading.tokens[at]
    raw = reading.text[token.start : token.end]
    if "-" in raw and raw.isascii() and raw.islower() and reading.language != "en":
        return True  # joined words are no word of the language
    known = any(
        at in places
        for label, places in reading.places.items()
        if label.split(".")[0]
        in (
            "topic",
            "fault",
            "error",
            "language",
            "cue",
            "change",
            "wish",
            "when",
            "question",
            "more",
        )
    )
    return (
        raw.islower()
        and not known
        and not (reading.language == "en" and token.fold.endswith(_WORD_ENDINGS))
        and token.fold not in _COMMON
    )


_COMMON = word_set("names.common")
_USUAL_ACCOUNTS = word_set("names.accounts")


def _accounts(reading: Reading, topic: str | None, wrong: set[int]) -> Iterator[FactPlace]:
    if topic not in ("ftp", "ssh", "panel"):
        yield from _accounts_beside(reading)
        return
    for at, token in enumerate(reading.tokens):
        if token.kind not in ("name", "word") or _is_host_part(reading, at):
            continue
        named = token.kind == "name" and "_" in token.fold and topic != "panel" and at not in wrong
        cued = _is_after_cue(reading, at, "cue.account", 2) and _is_name(reading, at)
        cued = cued or _is_beside_service(reading, at) or _logs_in(reading, at)
        cued = cued or (token.kind == "name" and topic != "panel" and _is_clause(reading, at))
        if (named and not _is_password(reading, at)) or cued:
            yield _role(reading, "account", at)


def _accounts_beside(reading: Reading) -> Iterator[FactPlace]:
    """Accounts of FTP or SSH in a message of which another matter is the first."""
    for at, token in enumerate(reading.tokens):
        services = (reading.in_sentence(f"topic.{one}", at) for one in ("ftp", "ssh"))
        if token.kind == "name" and _is_after_cue(reading, at, "cue.account", 1) and any(services):
            yield _role(reading, "account", at)


def _is_beside_service(reading: Reading, at: int) -> bool:
    """`FTP acme-foto`, `log in with acme-web`: a name behind the service or `with`."""
    before = reading.words[at - 1] if at else ""
    joined = "-" in reading.words[at] and reading.words[at].isascii() and _is_unknown(reading, at)
    if before in _AS and reading.words[at] in _USUAL_ACCOUNTS:
        return True
    if before in ("ftp", "sftp", "ssh", "фтп", "with", "як", "как", "as"):
        return joined or (
            before in ("как", "як") and reading.words[at].isascii() and _is_unknown(reading, at)
        )
    return False


def _logs_in(reading: Reading, at: int) -> bool:
    """`root заходит`, `deploy logs in`: an ordinary name of an account and what it does."""
    words = reading.words[at : at + 2]
    return words[0] in _USUAL_ACCOUNTS and len(words) > 1 and words[1].startswith(_LOGS_IN)


_LOGS_IN = ("заход", "входит", "входить", "логін", "логин", "logs", "connects", "login")
_AS = ("as", "under", "як", "как", "під", "под", "от", "від", "with")


def _is_clause(reading: Reading, at: int) -> bool:
    """Whether a name stands between commas, as a clause of its own."""
    number = reading.clauses[at]
    sizes = [reading.clauses[place] == number for place in range(max(0, at - 2), at)]
    follows = reading.words[at + 1] if at + 1 < len(reading.words) else "."
    return (
        not any(sizes)
        and at > 0
        and follows in (",", ".", "\n")
        and (reading.tokens[at].fold[0].isalpha())
    )


def _is_host_part(reading: Reading, at: int) -> bool:
    after = reading.text[reading.tokens[at].end : reading.tokens[at].end + 1]
    return after in ("=", "(") or reading.tokens[at].fold.startswith(
        ("ssh_", "id_", "mod_", "authorized_", "php_", "kex_", "known_", "max_", "icmp_")
    )


def _is_password(reading: Reading, at: int) -> bool:
    words = [reading.words[place] for place in reading.before(at, 2)]
    if any(word.startswith(("парол", "passw", "pass")) for word in words):
        return True
    # `the password of acme_ftp to Qwerty_2026`: the new one stands behind `to`.
    big = reading.text[reading.tokens[at].start].isupper()
    return big and bool(words) and words[0] in ("на", "to")
