# ruff: noqa: E501 - a pattern that is cut at every hundredth sign is read by nobody
"""What is personal by its shape or by the word before it, whoever wrote it.

Each recogniser tells where something stands and of what kind it is; numbers that bear a check (cards,
accounts of banks) are taken by it, in whatever groups they are written. Pure.
"""

import re
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

PersonalKind = Literal[
    "secret", "email", "host", "ip", "phone", "path", "person", "number", "account", "address"
]


class PersonalPlace(NamedTuple):
    """Where something personal stands, and of what kind it is."""

    start: int
    stop: int
    kind: PersonalKind


L = r"[^\W\d_]"
CAPITAL = "[A-ZА-ЯЁІЇЄҐ]"
NAME = rf"{CAPITAL}[^\W\d_A-ZА-Я][\w'’-]{{0,30}}"
NAMES = rf"{NAME}(?:[ \t]{NAME}){{0,2}}"

# -- numbers that bear a check, or are grouped as such ---------------------------------------------
_CARD = re.compile(r"(?<![\w.,-])\d(?:[ .\-\u00a0\u2009]?\d){12,18}(?![\w-])")
_GROUPS = re.compile(r"\d{4}([ .\-\u00a0\u2009])\d{4}\1\d{4}\1\d{1,7}")
_BANK = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]){11,30}\b")
_BANK_SHAPE = re.compile(r"[A-Z]{2}\d{2}(?:[ ]?[A-Z]{1,6})?(?:[ ]?\d){10,26}")


def is_luhn(digits: str) -> bool:
    """Whether the last digit checks the others (ISO/IEC 7812-1)."""
    doubled = (int(one) * (2 if place % 2 else 1) for place, one in enumerate(reversed(digits)))
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0


def is_iban(text: str) -> bool:
    """Whether the two digits after the country check the rest (ISO 13616)."""
    turned = text[4:] + text[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _cards(text: str) -> Iterator[PersonalPlace]:
    for match in _CARD.finditer(text):
        digits = "".join(one for one in match[0] if one.isdigit())
        if is_luhn(digits) or _GROUPS.fullmatch(match[0]):
            yield PersonalPlace(*match.span(), "number")


def _bank_accounts(text: str) -> Iterator[PersonalPlace]:
    for match in _BANK.finditer(text):
        words = match[0].split(" ")
        # Capitals that follow are no part of it.
        for count in range(len(words), 0, -1):
            part = " ".join(words[:count])
            bare = part.replace(" ", "")
            if 15 <= len(bare) <= 34 and (is_iban(bare) or _BANK_SHAPE.fullmatch(part)):
                yield PersonalPlace(match.start(), match.start() + len(part), "number")
                break


# -- what a word before it (or after it) names ------------------------------------------------------
_MONTH = rf"{L}{{3,10}}\.?"
_DATE = rf"(?:\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[ ]{_MONTH}[ ]\d{{4}})"
_VALUE = r"(?P<it>(?!(?:by|at|in|on|of|is|to|за|на|до|від|от|по|в|у|з|с)[ ])(?:[^\W\d_]{1,4}[ -]?(?:№[ ]?)?)?\d[\w/.-]{0,30}(?:[ -]\d[\w/-]{0,15}){0,5})"
_NUMBERED = (
    r"паспорт|passport|сн[іи]лс|snils|і?ип?нн?|inn|[іi]пн|рнокпп|[єе]дрпоу|edrpou|огрн(?:ип)?|кпп|ssn"
    r"|vat(?:[ ]id)?|tax[ ]id|iban|bic|swift|договор|договір|договоро|contract|agreement|invoice"
    r"|рахун|счет|счёт|акт|order|замовлен|заказ|посвідчен|удостоверен|полис|поліс|driver.?s[ ]licen"
    r"|account[ ]number|(?:customer|client)[ ]id|лицев|особов"
)
_LABELLED: tuple[tuple[PersonalKind, re.Pattern[str]], ...] = (
    ("number", re.compile(
        rf"(?i)(?<!\w)(?:{_NUMBERED}){L}{{0,6}}"
        r"(?:[ \t]{1,3}(?:№|no\.?|number|num\.?|номер\w?|n|id|is|сер[іи]\w{1,2}|рахун\w{0,3}|сч[её]т\w{0,2}))"
        rf"{{0,4}}[ \t]{{0,3}}[:#№=—–-]{{0,2}}[ \t]{{0,3}}{_VALUE}")),
    ("number", re.compile(
        r"(?i)\b(?:exp(?:iry|ires|\.)?(?:[ ]date)?|valid[ ](?:thru|until|till)|срок(?:[ ]действия)?"
        r"|термін(?:[ ]дії)?|дійсна[ ]до|действует[ ]до)[ \t:=-]{0,4}(?P<it>\d{2}[ ]?[/.-][ ]?\d{2,4})")),
    ("secret", re.compile(r"(?i)\b(?:cvv2?|cvc2?|cvn)[ \t:=—-]{0,4}(?P<it>\d{3,4})\b")),
    ("number", re.compile(
        r"(?i)(?:\bborn|date[ ]of[ ]birth|\bdob\b|birthday|народ\w{2,10}|рожд\w{2,8}|родил\w{1,4}|\bд\.?[ ]?[рн]\b)"
        rf"\.?[ \t:—-]{{0,4}}(?:(?:is|on|в|у)[ ])?(?P<it>{_DATE})")),
    ("number", re.compile(
        rf"(?i)(?P<it>{_DATE})[ ]?(?:р\.?[ ]?н\b|г\.?[ ]?р\b|року[ ]народж|года?[ ]рожд|of[ ]birth)")),
    ("phone", re.compile(
        r"(?i)\b(?:тел(?:ефон\w{0,3})?|tel|phone|моб\w{0,8}|cell|viber|whatsapp|вайбер|номер)"
        r"[.:]{0,2}[ \t]{0,3}(?P<it>\+?\d[\d ()\u00a0-]{5,18}\d)")),
    ("account", re.compile(
        r"(?i)\b(?:user(?:name)?|login|account|database|db|користувач\w{0,4}|логін\w{0,3}|пользовател\w{1,4}"
        r"|логин\w{0,3}|баз[аиуіы]\w{0,2}(?:[ ]даних|[ ]данных)?|бд)[ \t]{0,3}(?:is|[:=—-])?[ \t]{0,3}[\"'`«]?"
        r"(?P<it>[a-z](?=\w{0,30}[\d_])[\w]{2,31})(?!\w|\()")),
    ("account", re.compile(r"(?i)['\"`](?P<it>[a-z]\w{1,31})['\"`]@['\"`]")),
    ("account", re.compile(
        r"(?i)(?:\bt\.me|instagram\.com|facebook\.com|\bfb\.com|\bvk\.com|linkedin\.com/in)/(?P<it>[\w.@-]{3,40})")),
)  # fmt: skip


def _labelled(text: str) -> Iterator[PersonalPlace]:
    for kind, pattern in _LABELLED:
        for match in pattern.finditer(text):
            start, stop = match.span("it")
            stop -= len(match["it"]) - len(match["it"].rstrip(".-/ "))
            digits = sum(one.isdigit() for one in match["it"])
            if kind != "number" or digits >= 3 or "/" in match["it"]:
                yield PersonalPlace(start, stop, kind)


# -- shapes that stand for themselves -----------------------------------------------------------------
_AT = r"[ \t]{0,2}(?:[\[({<][ ]?(?:at|собака|ат|@)[ ]?[\])}>]|[ ](?:собака|at)[ ]|@)[ \t]{0,2}"
_DOT = r"[ \t]{0,2}(?:[\[({<][ ]?(?:dot|точка|крапка|\.)[ ]?[\])}>]|[ ](?:dot|точка|крапка)[ ])[ \t]{0,2}"
_SYSTEM = (
    "media import charset font include extends param return throws supports keyframes page layer "
    "container property var author since see link type template localhost here mail"
).split()
_NO_OWNER = "wp my mysql php db the test create select drop show add is get set no in to on"
_SHAPES: tuple[tuple[PersonalKind, re.Pattern[str]], ...] = (
    ("phone", re.compile(
        r"(?<![\w.:/+-])[78][ (.-]{1,2}\d{3}[ ).-]{1,2}\d{3}[ .-]?\d{2}[ .-]?\d{2}(?![\w-])")),
    ("phone", re.compile(r"(?<![\w.:/+-])\d{3}[-.]\d{3}[-.]\d{4}(?![\w-])")),
    ("phone", re.compile(r"(?<![\w.:/+-])\d{3}-\d{2}-\d{2}(?![\w-])")),
    ("ip", re.compile(
        r"(?i)(?<![\w.])(?:\d{1,3}(?:\.|[ ]?[\[(](?:\.|dot)[\])][ ]?)){3}\d{1,3}(?![\w.])")),
    ("email", re.compile(
        rf"(?i)(?<![\w.])[\w.+-]{{1,40}}(?:{_DOT}[\w+-]{{1,40}}){{0,3}}{_AT}[\w-]{{1,40}}"
        rf"(?:(?:{_DOT}|\.)[\w-]{{2,40}}){{1,4}}")),
    ("host", re.compile(r"(?i)(?<![\w.])[\w-]{1,60}(?:[\[(]\.[\])][\w-]{2,60}){1,4}")),
    ("account", re.compile(
        rf"(?i)(?<![\w@/.])@(?!(?:{'|'.join(_SYSTEM)})\b)[a-z]\w{{3,31}}\b(?!\.\w)")),
    ("account", re.compile(
        rf"(?<![\w./-])(?!(?:{_NO_OWNER.replace(' ', '|')})_)[a-z][a-z0-9]{{1,15}}_"
        r"(?:db|user|usr|u|wp|ftp|admin|site|shop|mysql|base|test|dev)\d{0,4}(?![\w(])")),
    ("person", re.compile(
        rf"(?:{NAME}[ \t])?{CAPITAL}{L}{{2,20}}(?:ович|евич|йович|івн|ївн|овн|евн|ичн)"
        rf"(?:ем|ом|у|а|і|и|е|о|ою|ой|ей)?(?!\w)(?:[ \t]{NAME})?")),
    ("person", re.compile(rf"{CAPITAL}\.[ ]?{CAPITAL}\.[ ]?{NAME}|{NAME}[ ]{CAPITAL}\.[ ]?{CAPITAL}\.")),
    ("address", re.compile(
        rf"(?i)(?<!\w)(?:вул|ул|просп|пр-т|пр-кт|бульв|б-р|пров|пер|пл|вулиц{L}{{1,3}}|улиц{L}{{1,3}}|проспект{L}{{0,2}}"
        rf"|бульвар{L}{{0,2}}|провул{L}{{1,4}}|переул{L}{{1,4}})\.?[ ]{{0,2}}(?:(?-i:{CAPITAL})[\w'’.-]{{1,30}}[ ]?){{1,4}}"
        r"(?:,?[ ]{0,2}(?:буд|б|д|дом|будинок)?\.?[ ]{0,2}\d{1,4}[-/]?\w{0,3})?"
        r"(?:,?[ ]{0,2}(?:кв|оф|квартира|офіс|офис)\.?[ ]{0,2}\d{1,4})?")),
    ("address", re.compile(
        r"(?<!\w)\d{1,5}[ ](?:[A-Z][\w'.]{1,20}[ ]){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive"
        r"|Boulevard|Blvd|Court|Square)\b\.?(?:,?[ ](?:apt|apartment|suite|flat|unit)\.?[ ]?\w{1,6})?")),
)  # fmt: skip


def _shapes(text: str) -> Iterator[PersonalPlace]:
    for kind, pattern in _SHAPES:
        yield from (PersonalPlace(*match.span(), kind) for match in pattern.finditer(text))


# -- secrets -----------------------------------------------------------------------------------------
_KEYS = re.compile(
    r"""(?x)
    -----BEGIN[ ][A-Z ]{0,30}PRIVATE[ ]KEY-----.{0,8000}?(?:-----END[ ][A-Z ]{0,30}PRIVATE[ ]KEY-----|\Z)
    |(?<![A-Za-z0-9])(?:
      (?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{8,20}
      |gh[pousr]_\w{10,255}|github_pat_\w{10,255}|glpat-[\w-]{10,64}
      |(?:sk|pk|rk|whsec)_(?:live_|test_)?\w{8,255}|sk-[\w-]{16,255}
      |xox[abeprs]-[\w-]{8,255}|AIza[\w-]{20,60}|ya29\.[\w-]{10,255}|SG\.[\w-]{8,64}\.[\w-]{8,64}
      |npm_\w{20,64}|dop_v1_\w{20,80}|key-[0-9a-f]{20,40}|\d{8,10}:AA[\w-]{30,40}
      |eyJ[\w-]{8,2000}\.[\w-]{4,4000}(?:\.[\w-]{0,1000})?
      |ssh-(?:rsa|ed25519|dss)[ ][A-Za-z0-9+/=]{40,2000}
    )
    """,
    re.DOTALL,
)
_COOKIE = re.compile(
    r"(?i)\b(?:[\w.-]{0,20}sess(?:ion)?_?(?:id)?|sid|wordpress_\w{1,60}|laravel_session|remember_\w{1,60}"
    r"|(?:csrf|xsrf|auth|access|refresh|api)[_-]?(?:token|key)|token|secret)=(?P<it>[^\s;&\"'<>]{6,4000})"
)
_LOCK = r"(?:парол(?:ь|я|ю|ем|і)|passwords?|passphrase|passwd|pwd)"
_SET = (
    r"(?:змін\w{1,5}|помін\w{1,5}|постав\w{1,5}|встанов\w{1,5}|смен\w{1,5}|измен\w{1,5}|поменя\w{1,4}"
    r"|установ\w{1,5}|задал\w?|changed?|set|reset|updated?|made)"
)
_SAID = r"(?:to|is|was|now|на|такий|такой|тепер|теперь|зараз|це|это|став|стал|—|–|-|:|=)"
_QUOTED = r"[\"'`«“]?(?P<it>[^\s\"'`»”<>]{4,64})"
_CHANGED = re.compile(
    rf"(?i){_SET}[^.\n]{{0,40}}?{_LOCK}(?:[ ]\w{{1,12}}){{0,2}}?(?:[ ]{_SAID})+[ ]{_QUOTED}"
)
_NAMED = re.compile(rf"(?i)(?<!\w){_LOCK}(?:[ ]?{_SAID}){{0,3}}[ ]{_QUOTED}")
_NO_SECRET = re.compile(
    r"(?i)(?:the|this|that|your|my|our|some\w*|another|other|new\w*|one|mine|for|from|and|not|was|does\w*|work\w*"
    r"|нов\w*|інш\w*|друг\w*|сво\w*|прост\w*|складн\w*|сложн\w*|пошт\w*|почт\w*|скриньк\w*|ящик\w*|сайт\w*"
    r"|панел\w*|хост\w*|ак?каунт\w*|акаунт\w*|сервер\w*|баз\w*|вх[іо]д\w*|домен\w*|каб[іи]нет\w*|адмін\w*|админ\w*"
    r"|ftp\w*|sftp|ssh|cpanel|wordpress|mysql|phpmyadmin|e?-?mail\w*|mailbox\w*|smtp|imap|pop3?|root|admin\w*|wi-?fi|vps"
    r"|hosting|gmail|panel\w*|account\w*|site\w*|server\w*|database\w*|reset\w*|again|page|https?:.*|•+|\*+)[.,;:!?)]*"
)


def _secrets(text: str) -> Iterator[PersonalPlace]:
    yield from (PersonalPlace(*match.span(), "secret") for match in _KEYS.finditer(text))
    yield from (PersonalPlace(*match.span("it"), "secret") for match in _COOKIE.finditer(text))
    for match in _CHANGED.finditer(text):
        yield from _password(match, True)
    for match in _NAMED.finditer(text):
        yield from _password(match, False)


def _password(match: re.Match[str], surely: bool) -> Iterator[PersonalPlace]:
    """A word after «password», where it is none of the language it stands in, or one was set."""
    word = match["it"].rstrip(".,;:!?)")
    if len(word) < 4 or _NO_SECRET.fullmatch(match["it"]):
        return
    foreign = word.isascii() and not match[0].isascii()
    mixed = any(one.isdigit() or not one.isalnum() for one in word.strip("-'’"))
    if surely or foreign or mixed:
        yield PersonalPlace(match.start("it"), match.start("it") + len(word), "secret")


# -- names after the words that introduce them ---------------------------------------------------------
_INTRODUCED = re.compile(
    rf"""(?x)(?<!\w)(?i:
      мене[ ]зва(?:ти|ть)|меня[ ]зовут|my[ ]name[ ](?:is|['’]s)|мо[єе][ ](?:ім['’]я|имя)|це[ ]пише|пишет[ ]вам
      |(?:пан[іеу]?|пани|панові|панно|добродію|г-н|г-жа|господин[ау]?|госпожа|mr|mrs|ms|miss|dr|sir|madam)
      |(?:dear|hello|hi|привіт|вітаю|привет|шановн\w{{1,3}}|уважаем\w{{1,3}}|дорог\w{{1,3}}|дякую|спасибо|thanks)
      |(?:директор\w?|бухгалтер\w?|менеджер\w?|колег\w|коллег\w|manager|colleague|accountant)
    )[.,:—-]{{0,2}}[ \t]{{1,2}}(?P<it>{NAMES})"""
)
_THIS_IS = re.compile(
    rf"(?<!\w)(?i:this[ ]is|i[ ]am|i['’]m|это|це|я)[ ,—-]{{1,3}}(?P<it>{NAME}(?:[ ]{NAME})+|{NAME}(?=[ ](?:here|from|speaking|from|з|із|из)\b))"
)
_NO_NAME = frozenset(
    "internal server error apache nginx wordpress joomla mysql php linux windows google chrome firefox safari "
    "outlook gmail android apple fatal warning notice access denied page bad gateway service the your all you "
    "team support everyone there again for world підтримка поддержка команда сайт команді усім всем всім".split()
)


def _names(text: str) -> Iterator[PersonalPlace]:
    for pattern in (_INTRODUCED, _THIS_IS):
        for match in pattern.finditer(text):
            if _NO_NAME.isdisjoint(match["it"].casefold().split()):
                yield PersonalPlace(*match.span("it"), "person")


_RECOGNISERS: tuple[Callable[[str], Iterator[PersonalPlace]], ...] = (
    _secrets,
    _cards,
    _bank_accounts,
    _labelled,
    _shapes,
    _names,
)


def recognise(text: str) -> Iterator[PersonalPlace]:
    """Where something personal stands; what overlaps is left to the reader to settle."""
    for recogniser in _RECOGNISERS:
        yield from recogniser(text)


# -- what a program cannot know -------------------------------------------------------------------------
_DOUBTFUL = re.compile(
    rf"(?<=[^\s.!?:>#*\n])[ ](?P<name>{NAMES})(?!\w)"
    r"|(?<![\w.:/#])(?P<number>\d{5,}(?:[ -]\d{2,}){0,4})(?![\w.:])"
    r"|(?<![\w/.-])(?P<token>(?=\w{0,60}\d)(?=\w{0,60}[A-Za-z])[A-Za-z0-9]{16,64})(?!\w)"
)
MOST_DOUBTS = 30


def doubtful_words(text: str) -> list[str]:
    """What may be a name, a number or a key and was left where it stands, each once."""
    found = (
        match["name"] or match["number"] or match["token"] for match in _DOUBTFUL.finditer(text)
    )
    names = (one for one in found if _NO_NAME.isdisjoint(one.casefold().split()))
    return list(dict.fromkeys(names))[:MOST_DOUBTS]
