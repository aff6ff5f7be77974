"""Reading what somebody writes at the desk."""

from datetime import datetime

from firstline.coach import FirstMessage
from firstline.coaching.answer import CoachAnswer, answer
from firstline.coaching.writers import WriterFacts
from firstline.kit.db import Db
from firstline.policy import Policy


async def read_words(
    db: Db,
    policy: Policy,
    writer: WriterFacts,
    text: str,
    topic: str | None,
    now: datetime,
    reader: str | None = None,
) -> CoachAnswer:
    """What the words say and lack, of a topic where the writer has chosen one; `reader` is the
    language of the page that shows it."""
    language, is_client = reader or writer.language, writer.is_client
    message = FirstMessage(
        text, None, topic, writer.names, reader=language, is_client=is_client, received=now
    )
    return await answer(db, policy, message, writer.plan, reader)
