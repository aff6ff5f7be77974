"""Reading what somebody writes at the desk."""

import asyncio

from firstline.coach import FirstMessage
from firstline.coaching.answer import CoachAnswer, answer
from firstline.coaching.writers import WriterFacts
from firstline.policy import Policy


async def read_words(
    policy: Policy, writer: WriterFacts, text: str, topic: str | None
) -> CoachAnswer:
    """What the words say and lack, of a topic where the writer has chosen one."""
    message = FirstMessage(text, None, topic, writer.names)
    # In a thread, as a long message takes longer than others should wait.
    return await asyncio.to_thread(answer, policy, message, writer.plan)
