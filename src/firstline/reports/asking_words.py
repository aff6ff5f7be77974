"""What questions back and corrections of the coach mean, in words: as `asking_store.py` has it."""

from firstline.kit.i18n import gettext as _
from firstline.reports.measure_words import MeasureWords
from firstline.requests import field_label


def of_asking(measure: str) -> MeasureWords:
    """The words of a measure in the language of the moment."""
    if measure == "facts_read":
        return MeasureWords(
            _("What the coach has read"),
            _(
                "Requests in which the coach has read facts: all of them stand, or staff corrected "
                "some; each correction counts, under the fact that was corrected."
            ),
            _("as read"),
            _("corrected"),
        )
    return MeasureWords(
        _("Answered without a question back"),
        _(
            "Requests with an answer. A question back is an answer that left the turn to the "
            "client before the request was closed, followed by a message of the client; thanks "
            "after the answer that solved it are none. By kind it shows whether everything "
            "that the topic requires was known when the answer was written, and what arrived "
            "before this desk began to give hints while clients write."
        ),
        _("without a question back"),
        _("asked back"),
        _("not known yet"),
        _("refused, withdrawn or a duplicate"),
    )


def asking_part(part: str, lang: str) -> str:
    """The name of a part: what was known, or the fact that was corrected."""
    names = {
        "": "",
        "complete": _("everything required was known"),
        "incomplete": _("something required was missing"),
        "complete_before": _("everything required was known, before hints were given"),
        "incomplete_before": _("something required was missing, before hints were given"),
    }
    return names[part] if part in names else field_label(part, lang)
