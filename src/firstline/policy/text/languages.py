"""Codes of languages (ISO 639), so that a check need not import the library that knows them.

A test compares them with that library.
"""

from __future__ import annotations

import re

from firstline.policy.text.remark import guess, remark

LANGUAGES = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy
    hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg
    li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or
    os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw
    ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split()
)
# What is written for them: codes of countries, of three letters, and names.
MEANT = {
    "al": "sq", "at": "de", "by": "be", "cn": "zh", "cz": "cs", "dk": "da",
    "gb": "en", "gr": "el", "jp": "ja", "kz": "kk", "rs": "sr", "ua": "uk", "us": "en",
    "ukr": "uk", "rus": "ru", "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr",
    "spa": "es", "ita": "it", "pol": "pl", "nld": "nl", "dut": "nl", "por": "pt",
    "english": "en", "ukrainian": "uk", "russian": "ru", "german": "de", "deutsch": "de",
    "french": "fr", "spanish": "es", "italian": "it", "polish": "pl", "dutch": "nl",
}  # fmt: skip
_CODE = re.compile(r"^([a-z]{2,3})([-_][A-Za-z]{2,4})?$")


def language(value: object) -> str:
    """The code of a language such as en or pt-BR; ValueError says which code was meant."""
    text = str(value)
    found = _CODE.match(text)
    if found and (found[1] in LANGUAGES or (len(found[1]) == 3 and found[1] not in MEANT)):
        return text
    meant = MEANT.get(text.lower()) or (text.lower() if text.lower() in LANGUAGES else None)
    mend = guess(meant) if meant else remark("write two letters such as en, uk or de")
    raise ValueError(remark("'{text}' is not a language code; {mend}", text=text[:40], mend=mend))
