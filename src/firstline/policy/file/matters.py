"""The policy file as a model, part two: complaints, scope, closing, history, published words. What
costs money is in `money.py`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from firstline.policy.file.fields import Ref, Says
from firstline.policy.file.parts import (
    CalendarName,
    Days,
    Duration,
    Language,
    Musts,
    Names,
    PageAddress,
    Part,
    PlainClock,
    PlanName,
    Texts,
    TopicName,
    Topics,
    Vocabulary,
)


class ScopeWhen(Part):
    """What is different at certain hours. At hours that no rule is about everything in scope is
    dealt with.
    """

    calendar: CalendarName = Field(
        description="Calendar of these hours, or `not NAME` for all others."
    )
    only: Names = Field(
        default=[],
        alias="in",
        description="Codes dealt with at these hours, and, without `only_then`, no others then.",
    )
    out: Names = Field(default=[], description="Codes not dealt with at these hours.")
    paid: bool = Field(
        default=False, description="The codes of `in` are dealt with then for money only."
    )
    only_then: bool = Field(
        default=False,
        description="The codes of `in` are dealt with at no other hours; all others are as always.",
    )


class ScopePlan(Part):
    """Scope of one plan, beside the common one."""

    include: Annotated[Names, Says("It adds: {names}")] = Field(
        default=[], alias="in", description="Codes this plan adds."
    )
    out: Annotated[Names, Says("It does not have: {names}")] = Field(
        default=[], description="Codes this plan does not have."
    )


class ScopeSpec(Part):
    """What support does and what it does not do, by codes whose words are clauses, topics or
    plain words.
    """

    include: Vocabulary = Field(default={}, alias="in", description="Codes of what support does.")
    out: Vocabulary = Field(default={}, description="Codes of what it does not do.")
    by_plan: dict[PlanName, ScopePlan] = Field(default={}, description="Differences by plan.")
    when: list[ScopeWhen] = Field(default=[], description="Differences by hour.")
    refer: Annotated[
        dict[Annotated[str, Ref("code")], Texts], Says("{code}: {words}", clause="refer")
    ] = Field(default={}, description="The way out for a code that is refused.")
    links: Annotated[
        dict[Annotated[str, Ref("code")], PageAddress],
        Says("{code}: {address}", clause="refer"),
    ] = Field(
        default={},
        description="Address of the way out, linked in the refusal: an article of the wiki "
        "(/wiki/NAME), a page of the panel, an offer.",
    )
    topics: Annotated[
        dict[Annotated[str, Ref("code")], Topics],
        Says("{code} — topics: {names}", apart=True),
    ] = Field(
        default={},
        description="Topics of requests that belong to a code of `in`; by them the log shows "
        "whether it was kept.",
    )
    only_if: Annotated[Names, Says("Conditions: {names}", apart=True)] = Field(
        default=[], description="Conditions for anything in scope."
    )
    needs: Annotated[
        dict[Annotated[str, Ref("code")], Names],
        Says("{code} — only on these conditions: {names}", apart=True),
    ] = Field(
        default={},
        description="Further conditions for one code of `in`: tuning: [vps_order, panel].",
    )


class RequestSpec(Part):
    """What a request should have."""

    must: Annotated[Musts, Says("A request should say: {names}")] = Field(
        default=[], description="What every request should say."
    )
    by_topic: Annotated[dict[TopicName, Musts], Says("Topic “{topic}”: {names}")] = Field(
        default={}, description="What a topic needs besides."
    )
    should: Annotated[Musts, Says("It helps to add: {names}")] = Field(
        default=[], description="What helps and may be left out: screenshots."
    )
    bad: Annotated[Texts, Says("Not like this: “{words}”")] = Field(
        default={}, description="Example of a bad one."
    )
    good: Annotated[Texts, Says("But like this: “{words}”")] = Field(
        default={}, description="Example of a good request."
    )
    one_issue: Annotated[bool, Says("One request is about one matter.", clause="rules")] = Field(
        default=False, description="One matter in one request."
    )
    list_from: Annotated[
        int | None,
        Says(
            "{number} task or more may be one numbered list.",
            many="{number} tasks or more may be one numbered list.",
            clause="rules",
        ),
    ] = Field(default=None, description="So many tasks may be one numbered list.")
    additions: Annotated[
        Literal["same_request", "new_request"],
        Says(
            {
                "same_request": "What is added later belongs to the same request.",
                "new_request": "What is added later is a new request.",
            },
            clause="rules",
        ),
    ] = Field(default="same_request", description="What later additions are.")
    after_closing: Annotated[
        Literal["reopen", "new_request"],
        Says(
            {
                "reopen": "A reply to a closed request reopens it.",
                "new_request": "After a request is closed, open a new one.",
            },
            clause="rules",
        ),
    ] = Field(
        default="reopen",
        description="What words after closing are; `close.reopen` says the same.",
    )
    grouped: Annotated[
        Literal["kept", "split"],
        Says(
            {
                "kept": "Several matters in one request stay together.",
                "split": "Several matters in one request are split into several requests.",
            },
            clause="rules",
        ),
    ] = Field(default="kept", description="What happens to several matters in one request.")
    client_words: Annotated[
        Literal["keep_place", "to_end"],
        Says(
            {
                "keep_place": "Further messages from the client keep the place in the queue.",
                "to_end": "Further messages move the request to the end of the queue.",
            },
            clause="rules",
        ),
    ] = Field(
        default="keep_place",
        description="Whether words of the client move the request to the end of the queue.",
    )
    duplicates: Annotated[
        Texts, Says("Requests that are sent twice: {words}", clause="rules", executed=False)
    ] = Field(default={}, description="What happens to duplicates.")
    chase_after: Annotated[
        Duration | None,
        Says("Please wait at least {time:a} before asking again.", clause="rules", executed=False),
    ] = Field(default=None, description="Asking again sooner than this is not answered.")
    attachments: Annotated[
        int | None,
        Says(
            "A message may have {number} file at most.",
            many="A message may have {number} files at most.",
            clause="rules",
        ),
    ] = Field(default=None, description="Most files of one message.")
    attachment_kinds: Annotated[Names, Says("Kinds of files: {names}", clause="rules")] = Field(
        default=[], description="Kinds of files."
    )
    client_must: Annotated[list[Texts], Says("{words}", clause="rules")] = Field(
        default=[], description="Further conditions for the client."
    )
    kb_first: Annotated[
        Literal["no", "suggest", "before_contact", "charged"],
        Says(
            {
                "suggest": "Look through the wiki first; matching articles are suggested.",
                "before_contact": "Look for an answer in the wiki before you contact us.",
                "charged": "Look through the wiki first; an answer found there may be charged.",
                "no": "You may write without looking through the wiki.",
            },
            clause="wiki",
        ),
    ] = Field(
        default="suggest",
        description="The wiki before contact: suggested, shown before the door, or charged "
        "if ignored.",
    )
    link_similar: Annotated[
        bool, Says("When an article was nearly right, link it.", clause="wiki")
    ] = Field(default=False, description="The client links the article that was nearly right.")
    languages: list[Language] = Field(
        default=[],
        description="Languages requests may be written in; empty means those of the policy.",
    )
    scheduled_notice: Annotated[
        Duration | None,
        Says(
            "Ask for work at a certain time at least {time:a} ahead.",
            clause="scheduled",
            executed=False,
        ),
    ] = Field(
        default=None, description="How long before work the client wants scheduled they say so."
    )
    scheduled_window: Annotated[
        Duration | None,
        Says("It starts within a window of {time:a}.", clause="scheduled", executed=False),
    ] = Field(default=None, description="Window in which scheduled work starts.")
    cancel_until: Annotated[
        Texts, Says("It may be cancelled: {words}", clause="scheduled", executed=False)
    ] = Field(default={}, description="Until when the client may cancel work.")


class Close(Part):
    """Reminding, closing and reopening of what waits for the client."""

    remind: Annotated[
        Duration | None,
        Says("When we are waiting for a reply from the client, we send a reminder {time:after}."),
    ] = Field(default=None, description="The client is reminded after so long without a word.")
    resolve: Annotated[
        Duration | None, Says("Without a reply, the request counts as solved {time:after}.")
    ] = Field(default=None, description="It counts as solved after so long without a word.")
    close: Duration | None = Field(
        default=None,
        description="It is closed after so long: from `resolve` where given, else from the "
        "last word.",
    )
    clock: PlainClock = Field(default="always", description="Calendar in which these are counted.")
    reopen: Literal["reply", "new_request"] = Field(
        default="reply", description="What the client's words on a closed request do."
    )
    reopen_days: Days | None = Field(
        default=None,
        description="Days after closing in which they do so, or unlimited; where it is missing, "
        "those of the shipped file.",
    )
    by_article: Annotated[
        Literal["as_always", "at_once"],
        Says(
            {"at_once": "What an article of the wiki answers is closed with that answer."},
            clause="end",
        ),
    ] = Field(
        default="as_always",
        description="Whether a request that an article answers is closed with the answer.",
    )
    refused: Annotated[
        Literal["closed", "kept_open"],
        Says(
            {"kept_open": "What is refused stays open until the client has replied."},
            clause="end",
        ),
    ] = Field(
        default="closed",
        description="Whether a request is closed with its refusal, or waits for the client.",
    )
    accept_within: Annotated[
        Duration | None, Says("The client confirms it {time:within}.", clause="done")
    ] = Field(default=None, description="How long the client may take to confirm.")
    silence: Annotated[
        Literal["nothing", "accepted"],
        Says({"accepted": "Silence accepts the work."}, clause="done"),
    ] = Field(default="nothing", description="Whether silence accepts the work.")
