"""What each measure means, in words: as it is applied in `judging.py` and counted in `store.py`."""

from collections.abc import Mapping
from datetime import date, timedelta

from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal

from firstline.conduct import step_words
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import ngettext
from firstline.policy import Policy
from firstline.policy.text.values import parse_span
from firstline.policy.text.wording import span_words
from firstline.reports.asking_words import asking_part, of_asking
from firstline.reports.figures import Figure
from firstline.reports.measure_words import MeasureWords
from firstline.reports.model import View


def words(view: View, policy: Policy, lang: str) -> MeasureWords:
    """The words of a view in the language of the moment; `lang` is for names of the policy."""
    if view.measure == "solved":
        return _solved_words(view, policy, lang)
    if view.measure in ("answers", "attended", "notices", "second"):
        return _of_time(view)
    if view.measure in ("order", "handed_on"):
        return _of_moves(view.measure)
    if view.by_article:
        return _of_articles(view)
    if view.measure in ("asked_back", "facts_read"):
        return of_asking(view.measure)
    if view.measure in ("began", "chat_first"):
        return _of_beginning(view.measure)
    if view.measure == "conduct":
        return _of_conduct()
    if view.measure in ("refused", "served"):
        return _of_scope(view, policy, lang)
    return _of_keeping(view.measure)


def _solved_words(view: View, policy: Policy, lang: str) -> MeasureWords:
    days = view.within.days if view.within else 0
    line = policy.label("line", view.solver or "", lang)
    again = ngettext(
        "A request that was reopened within %(num)d day was not solved; closings are judged when "
        "that time is over.",
        "A request that was reopened within %(num)d days was not solved; closings are judged when "
        "that time is over.",
        days,
    ) % {"num": days}
    definition = _(
        "Requests that were closed, counted when they were closed for the first time. "
        "Solved by this line (%(line)s) are those that were never on a line above it."
    ) % {"line": line}
    rest = _(
        "Duplicates, and what was withdrawn or refused, are not counted; what was closed "
        "because the client did not reply is."
    )
    return MeasureWords(
        _("Solved by: %(line)s") % {"line": line},
        f"{definition} {again} {rest}",
        _("solved there"),
        _("passed on or reopened"),
        _("not known yet"),
        _("not counted"),
    )


def _of_time(view: View) -> MeasureWords:
    open_, excused = _("still due"), _("announced in time that it takes longer, or withdrawn")
    if view.measure == "notices":
        return MeasureWords(
            _("Announced before the due time"),
            _(
                "Answers that needed more time than was promised: was the client told before the "
                "due time, by a delay notice, why it takes longer and until when?"
            ),
            _("announced in time"),
            _("not announced, or too late"),
        )
    if view.measure == "second":
        return MeasureWords(
            _("New times kept"),
            _(
                "The times named in delay notices: did the answer come by then? A second miss is "
                "counted here, apart from the first."
            ),
            _("in time"), _("late"), open_, excused, timed=True,
        )  # fmt: skip
    if view.measure == "attended":
        return MeasureWords(
            _("Somebody was there"),
            _(
                "Requests that came by this channel, at whatever hour: did a person give the first "
                "answer in time? The hour is that of the arrival."
            ),
            _("in time"), _("late"), open_, excused, timed=True,
        )  # fmt: skip
    title = _("Answers in time")
    definition = _of_answers(view.part)
    return MeasureWords(title, definition, _("in time"), _("late"), open_, excused, timed=True)


def _of_answers(part: str | None) -> str:
    if part == "first":
        return _(
            "The first answer to each request, counted at its due time by the regulations that "
            "were in force when the request arrived."
        )
    if part == "later":
        return _(
            "Every answer after the first, counted at its due time by the regulations that were "
            "in force when the request arrived."
        )
    return _(
        "Every answer that a client was promised, counted at its due time by the "
        "regulations that were in force when the request arrived."
    )


def _of_moves(measure: str) -> MeasureWords:
    if measure == "order":
        return MeasureWords(
            _("Taken in order"),
            _(
                "Every time an operator took a request: was it the one whose turn it was? "
                "Whoever departs from the order gives a reason, which is shown in the request."
            ),
            _("in order"),
            _("out of turn"),
        )
    return MeasureWords(
        _("Handed over well"),
        _(
            "Every hand-over: did it go to the next line with a summary of what was tried, "
            "and was it not sent back as a poor one?"
        ),
        _("handed over well"),
        _("sent back, or not by the rules"),
    )


def _of_beginning(measure: str) -> MeasureWords:
    if measure == "began":
        return MeasureWords(
            _("Where requests begin"),
            _("Every request: did it begin on the line that the regulations name?"),
            _("on that line"),
            _("on another line"),
        )
    return MeasureWords(
        _("Chat first"),
        _("Every request: did it begin as a chat, and become a ticket only by a hand-over?"),
        _("as a chat"),
        _("without a chat"),
    )


def _of_articles(view: View) -> MeasureWords:
    if view.measure == "votes":
        return MeasureWords(
            _("Was this answer helpful?"),
            _(
                "Votes of readers below the articles of the wiki, one of each person on each "
                "revision of an article; who votes again changes theirs."
            ),
            _("helpful"),
            _("not helpful"),
        )
    if view.measure == "opened":
        return MeasureWords(
            _("Links that were opened"),
            _(
                "Every article that an answer linked: did somebody of the client open it from the "
                "answer, on the page or in an e-mail, while signed in?"
            ),
            _("opened"),
            _("not opened"),
        )
    if view.measure == "needless":
        return _of_suggestions()
    return _of_links(view)


def _of_suggestions() -> MeasureWords:
    return MeasureWords(
        _("Requests that an article made needless"),
        _(
            "Drafts of clients for which an article was suggested while they wrote, and days on "
            "which they opened what a search of the wiki found, each counted once for the article "
            "that was opened last. It was needless to write where an article was opened and no "
            "request followed: none on the same topic within a week, after a search none at all "
            "within a day. They are known for 90 days, as drafts are."
        ),
        _("needless"),
        _("sent all the same"),
        _("not known yet"),
        _("not sent, no article opened"),
    )


def _of_links(view: View) -> MeasureWords:
    days = view.within.days if view.within else 0
    again = ngettext(
        "A request that is reopened within %(num)d day has come back; until then it is not known.",
        "A request that is reopened within %(num)d days has come back; until then it is not known.",
        days,
    ) % {"num": days}
    definition = _(
        "Every article that an answer linked. It solved the matter where the request was closed "
        "without another answer, by us or by the client; the client came back where they wrote "
        "again and were answered, or where the request was reopened."
    )
    rest = _(
        "Where we added another answer unasked, or the request was closed as a duplicate or "
        "refused, it is not counted."
    )
    return MeasureWords(
        _("Answers with a link to the wiki"),
        f"{definition} {again} {rest}",
        _("solved by the article"),
        _("came back"),
        _("not known yet"),
        _("not counted"),
    )


def _of_scope(view: View, policy: Policy, lang: str) -> MeasureWords:
    names = ", ".join(policy.label("topic", rule, lang) for rule in view.rules)
    if view.measure == "refused":
        definition = _(
            "Requests that were refused by this rule (%(names)s), each time they were. A refusal "
            "that the client replied to is disputed; one that we took back is not counted."
        )
        return MeasureWords(
            _("Refusals"),
            definition % {"names": names},
            _("refused, not disputed"),
            _("disputed by the client"),
            aside=_("taken back by us"),
        )
    definition = _(
        "Requests with these topics (%(names)s), counted when they were closed for the first time: "
        "did a person deal with them? What was refused by a rule of the regulations, withdrawn or "
        "a duplicate is not counted; what was refused without a rule is a failure."
    )
    return MeasureWords(
        _("Dealt with"),
        definition % {"names": names},
        _("dealt with"),
        _("not answered, or refused without a rule"),
        aside=_("not counted"),
    )


def _of_conduct() -> MeasureWords:
    return MeasureWords(
        _("Steps by the rules of conduct"),
        _(
            "Warnings and what followed them, each time an operator took such a step, by the rule "
            "that it names: does it stand, or did we take it back?"
        ),
        _("stands"),
        _("taken back by us"),
    )


def _of_keeping(measure: str) -> MeasureWords:
    if measure == "silence":
        return MeasureWords(
            _("Reminded and closed in time"),
            _(
                "Automatic reminders and closings when a client does not reply: did each come "
                "within an hour of the time in the regulations, and was there no closing "
                "without a reminder?"
            ),
            _("in time"),
            _("at another time"),
        )
    return MeasureWords(
        _("History is whole"),
        _(
            "Requests that arrived in this period: are all entries there, numbered without "
            "gaps, and does each still match its SHA-256?"
        ),
        _("whole"),
        _("not whole"),
    )


def part_words(view: View, part: str, policy: Policy, lang: str, titles: Mapping[str, str]) -> str:
    """The name of a part of a view's evidence, of an article its title; empty for none."""
    if view.by_article:
        return titles.get(part, part)
    if view.measure == "notices":
        return policy.label("delay_reason", part, lang) if part else _("no delay notice")
    if view.measure == "solved":
        return policy.label("line", part, lang)
    if view.measure == "conduct":
        return step_words(part, lang)
    if view.measure == "served":
        return policy.label("outcome", part, lang)
    if view.measure in ("asked_back", "facts_read"):
        return asking_part(part, lang)
    return {
        "": "",
        "disputed": _("disputed"),
        "taken_back": _("taken back"),
        "first": _("first answers"),
        "later": _("later answers"),
        "out_of_order": _("taken out of turn"),
        "skipped": _("past what was skipped"),
        "language": _("passed over because of language"),
        "remind": _("reminders"),
        "close": _("closings"),
        "sent_back": _("sent back"),
        "not_the_way": _("not by the rules"),
    }.get(part, part)


def length(seconds: float, lang: str) -> str:
    """A length of time in words: `34 minutes`, `2 hours`."""
    unit = "minute" if seconds < 7200 else "hour" if seconds < 172800 else "day"
    return format_timedelta(
        timedelta(seconds=seconds), granularity=unit, threshold=1000, locale=lang
    )


def month_words(name: str, lang: str) -> str:
    """`2026-03` as “March 2026”."""
    return format_date(date.fromisoformat(f"{name}-01"), "LLLL y", locale=lang)


def figure_words(figure: Figure, lang: str) -> str:
    """A published figure as it was computed; says so when there is too little, or nothing, to
    compute it from.
    """
    if figure.kind == "typed":
        return _("entered by hand, not from the log")
    if figure.value is None:
        return _("too few cases to tell")
    if figure.kind == "time":
        return length(figure.value, lang)
    return f"{format_decimal(figure.value, locale=lang)} %"


def claim_words(figure: Figure, lang: str) -> str:
    """What the regulations claim: a share with its sign, a time in words, else as it is written."""
    if not isinstance(figure.claim, str):
        return "" if figure.claim is None else f"{format_decimal(figure.claim, locale=lang)} %"
    try:
        return span_words(parse_span(figure.claim), lang)
    except ValueError:
        return figure.claim
