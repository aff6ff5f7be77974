"""Findings about words that are published and mean nothing, and times that no clock measures."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from firstline.policy.file.model import PolicyFile
from firstline.policy.file.targets import (
    MEASURES,
)
from firstline.policy.file.typos import NEAR
from firstline.policy.lint.base import Lint, Rule
from firstline.policy.text.finding import Finding
from firstline.policy.text.remark import Both, Remark, guess, remark
from firstline.policy.text.spoken import Length
from firstline.policy.text.values import DAY_UNITS, Span, parse_span
from firstline.policy.text.wording import code_phrase

PROOFS = ("login", "registered_email", "pin", "one_time_code", "password", "none")
FIGURES = ("solved_by", "on_time", "average", "availability")
SHARES = ("solved_by", "on_time", "availability")


def _proofs(lint: Lint) -> Iterator[Finding]:
    for i, channel in enumerate(lint.file.channels):
        for j, word in enumerate(channel.auth):
            near = get_close_matches(word, PROOFS, 1, NEAR)
            if near and word not in PROOFS and not code_phrase(word, "en"):
                message = remark(
                    "the proof '{word}' is not known; {mend}", word=word[:40], mend=guess(near[0])
                )
                yield lint.error("unknown-name", ("channels", i, "auth", j), message)


def _ways(lint: Lint) -> Iterator[Finding]:
    """Ways out that lead to no channel."""
    channels = [channel.id for channel in lint.file.channels]
    for i, channel in enumerate(lint.file.channels):
        for key, verb in (("beyond", "refer"), ("reply", "use")):
            text: str = getattr(channel, key) or ""
            if not text or ("(" in text and text.endswith(")")):
                continue
            mend = (
                guess(f"{verb}({text})")
                if text in channels
                else remark(
                    "write {verb}(CHANNEL) with the channel that helps, and words under words",
                    verb=verb,
                )
            )
            message = remark(
                "'{text}' is published as it stands and leads nowhere; {mend}",
                text=text[:40],
                mend=mend,
            )
            yield lint.warning("way-out-words", ("channels", i, key), message)


def _figures(lint: Lint) -> Iterator[Finding]:
    inner = {
        "solved_by": [line.id for line in lint.policy.lines],
        "on_time": ["", "answer", *MEASURES],
        "average": ["answer", *MEASURES],
    }
    for i, stat in enumerate(lint.file.stats):
        name, _open, what = stat.measure.removesuffix(")").partition("(")
        if name in inner and what not in inner[name]:
            known, wrong = [word for word in inner[name] if word], what
        elif name not in FIGURES and get_close_matches(name, FIGURES, 1, NEAR):
            known, wrong = list(FIGURES), name
        else:
            continue
        near = get_close_matches(wrong, known, 1, 0.5)
        mend = (
            guess(near[0]) if near else remark("write one of {words}", words=", ".join(known[:12]))
        )
        message = remark(
            "{measure} measures nothing: '{wrong}' is not known; {mend}",
            measure=stat.measure[:40],
            wrong=wrong[:40],
            mend=mend,
        )
        yield lint.error("unknown-name", ("stats", i, "measure"), message)


def _claims(lint: Lint) -> Iterator[Finding]:
    for i, stat in enumerate(lint.file.stats):
        share = stat.measure.startswith(SHARES) and isinstance(stat.claim, (int, float))
        if share and not 0 <= float(stat.claim or 0) <= 100:
            message = remark(
                "claim: {claim:g} is no share of a hundred; write 0 to 100",
                claim=float(stat.claim or 0),
            )
            yield lint.error("bad-value", ("stats", i, "claim"), message)


def _empty_clauses(lint: Lint) -> Iterator[Finding]:
    for i, clause in enumerate(lint.file.clauses):
        if not any(words.strip() for words in clause.words.values()):
            message = remark(
                "clause {clause} has no words, and stands empty on the page; write words, or "
                "delete it",
                clause=clause.id,
            )
            yield lint.warning("clause-empty", ("clauses", i), message)


def _days(lint: Lint) -> Iterator[Finding]:
    """Lengths in days beside a clock that closes, which counts hours and working days only."""
    calendars = lint.policy.calendars
    rows: list[tuple[tuple[str | int, ...], object, str, tuple[str, ...]]] = [
        (("targets", i), row, row.clock, (*MEASURES, "otherwise"))
        for i, row in enumerate(lint.file.targets)
    ]
    close, provision = lint.file.close, lint.file.provision
    rows.append((("close",), close, close.clock, ("remind", "resolve", "close", "accept_within")))
    if provision:
        rows.append((("provision",), provision, provision.clock, ("within",)))
    for path, part, clock, keys in rows:
        if clock == "elapsed" or (clock in calendars and calendars[clock].always):
            continue
        for key in keys:
            span = getattr(part, key)
            if not isinstance(span, Span) or span.unit not in DAY_UNITS:
                continue
            name = "else" if key == "otherwise" else key
            message = remark(
                "{name} is {span}, and days run around the clock, whatever clock says; "
                "write {working}, or hours",
                name=name,
                span=str(span),
                working=_working(span),
            )
            yield lint.warning("days-around-the-clock", (*path, name), message)


def _working(span: Span) -> Remark:
    if span.unit == "d":
        return remark("{span} (working days)", span=f"{span.amount}bd")
    return remark("working days such as 5bd")


def _plan_clock(lint: Lint) -> Iterator[Finding]:
    """A time counted by the hours of a plan that has none."""
    for i, row in enumerate(lint.file.targets):
        if row.clock != "plan":
            continue
        plans = row.plan or [name for name, plan in lint.file.plans.items() if plan.support]
        bare = [n for n in plans if n not in lint.file.plans or not lint.file.plans[n].calendar]
        if bare or not plans:
            lacks = (
                remark("plan {plans} without hours", plans=Both(tuple(bare[:5])))
                if bare
                else remark("no plan")
            )
            message = remark(
                "this row counts the hours of the plan, and the file has {lacks}, so every "
                "hour counts; write its calendar, or name a calendar here",
                lacks=lacks,
            )
            yield lint.warning("plan-without-hours", ("targets", i, "clock"), message)


def _early_notices(lint: Lint) -> Iterator[Finding]:
    """A delay notice that is due before the request has come in."""
    sent = lint.file.delay.send_before
    if sent is None or sent in ("deadline", "first_answer"):
        return
    ahead = parse_span(sent).seconds
    times = [
        span
        for row in lint.file.targets
        for span in (row.first, row.next)
        if isinstance(span, Span) and span.seconds is not None and span.unit != "bh"
    ]
    shortest = min(times, key=lambda span: span.rough_seconds, default=None)
    if ahead is not None and shortest is not None and ahead >= (shortest.seconds or 0):
        message = remark(
            "a notice is due {sent} before an answer that is due after {shortest}, so "
            "before it is known that the answer is late; write a shorter time, or "
            "deadline",
            sent=Length(parse_span(sent)),
            shortest=Length(shortest),
        )
        yield lint.warning("delay-notice-early", ("delay", "send_before"), message)


def _languages(lint: Lint) -> Iterator[Finding]:
    """Words that lack one of the policy's languages."""
    wanted = set(lint.policy.languages)
    for path, words in _texts(lint.file):
        lacking = sorted(wanted - set(words)) if words and "*" not in words else []
        if lacking:
            yield lint.warning(
                "language-missing",
                path,
                remark(
                    "{path} has no words in {lacking}; add them",
                    path=".".join(map(str, path)),
                    lacking=", ".join(lacking),
                ),
            )
        extra = sorted(set(words) - wanted - {"*"})
        if extra:
            yield lint.warning(
                "language-extra",
                path,
                remark(
                    "{path} has words in {extra}, which nobody is shown; add the language to "
                    "policy.languages, or delete them",
                    path=".".join(map(str, path)),
                    extra=", ".join(extra),
                ),
            )


def _texts(file: PolicyFile) -> Iterator[tuple[tuple[str | int, ...], dict[str, str]]]:
    tables = {"topics": file.topics or {}, "outcomes": file.outcomes or {}, "states": file.states}
    for key, table in tables.items():
        yield from (((key, name), words) for name, words in table.items())
    yield from (
        (("delay", "reasons", name), words) for name, words in (file.delay.reasons or {}).items()
    )
    for key in ("lines", "channels", "clauses", "sections"):
        for i, item in enumerate(getattr(file, key)):
            yield (key, i, "title"), item.title
            if key == "clauses":
                yield (key, i, "words"), item.words


RULES: tuple[Rule, ...] = (
    _proofs,
    _ways,
    _figures,
    _claims,
    _empty_clauses,
    _days,
    _plan_clock,
    _early_notices,
    _languages,
)
