"""What people do with requests: open, say, note, take, hand over, close, reopen, rate.

The front door for every layer above. Each use case is one function, which takes the transaction and
the `Call`; what follows from it is written in it. Whoever calls it commits.
"""

from firstline.kit.masks import mask_secrets
from firstline.requests.actions import changes, closing, moves, redacting
from firstline.requests.actions.conducting import (
    TAKEN_BACK,
    ConductWish,
    may_step,
    refuse_without_conduct,
    take_step,
    take_step_back,
)
from firstline.requests.actions.delays import delay
from firstline.requests.actions.drafts import keep_draft, sweep_drafts
from firstline.requests.actions.fields import RequestField, fields_of, put_facts, values_of
from firstline.requests.actions.opening import open_request, open_several
from firstline.requests.actions.reading import note_article
from firstline.requests.actions.saying import mark_seen, say
from firstline.requests.actions.splitting import may_move
from firstline.requests.actions.splitting import split as split_off
from firstline.requests.actions.suggesting import note_suggestion, note_way
from firstline.requests.actions.suggesting_store import (
    SuggestionCount,
    SuggestionRow,
    SuggestionWorth,
    list_suggestions,
    suggestion_worths,
    suggestions_by_day,
)
from firstline.requests.api.view import PromiseOut, RequestOut, view, views
from firstline.requests.entrance.conduct import ban_of, find_ban
from firstline.requests.entrance.doors import Arrival, known_topic
from firstline.requests.entrance.field_names import field_label, field_names
from firstline.requests.entrance.refusals import (
    KEPT_OPEN,
    REFUSED,
    Refusal,
    refusal_in_short,
    refusal_of,
    refusals,
)
from firstline.requests.entrance.words import BODY_LIMIT, check_text, safe_text, title_from
from firstline.requests.files.store import Attachment, uploaded_by
from firstline.requests.files.uploads import say_with_files
from firstline.requests.letters.plan import KIND as LETTER
from firstline.requests.likeness import Duplicate, asked_alike, find_duplicate, sent_twice
from firstline.requests.live.entry_html import entries_html
from firstline.requests.model import NewRequest, Words
from firstline.requests.secrets.actions import give_secret, show_secret
from firstline.requests.store import (
    StandingRefusal,
    UnsentWords,
    forget_draft,
    names,
    standing_refusal,
    unsent_words,
)

__all__ = [
    "BODY_LIMIT",
    "KEPT_OPEN",
    "LETTER",
    "REFUSED",
    "TAKEN_BACK",
    "Arrival",
    "Attachment",
    "ConductWish",
    "Duplicate",
    "NewRequest",
    "PromiseOut",
    "Refusal",
    "RequestField",
    "RequestOut",
    "StandingRefusal",
    "SuggestionCount",
    "SuggestionRow",
    "SuggestionWorth",
    "UnsentWords",
    "Words",
    "asked_alike",
    "ban_of",
    "changes",
    "check_text",
    "closing",
    "delay",
    "entries_html",
    "field_label",
    "field_names",
    "fields_of",
    "find_ban",
    "find_duplicate",
    "forget_draft",
    "give_secret",
    "keep_draft",
    "known_topic",
    "list_suggestions",
    "mark_seen",
    "mask_secrets",
    "may_move",
    "may_step",
    "moves",
    "names",
    "note_article",
    "note_suggestion",
    "note_way",
    "open_request",
    "open_several",
    "put_facts",
    "redacting",
    "refusal_in_short",
    "refusal_of",
    "refusals",
    "refuse_without_conduct",
    "safe_text",
    "say",
    "say_with_files",
    "sent_twice",
    "show_secret",
    "split_off",
    "standing_refusal",
    "suggestion_worths",
    "suggestions_by_day",
    "sweep_drafts",
    "take_step",
    "take_step_back",
    "title_from",
    "unsent_words",
    "uploaded_by",
    "values_of",
    "view",
    "views",
]
