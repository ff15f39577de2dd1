"""Answers of an endpoint whose replies somebody else gets: a screen that is driven, say."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from itertools import count

from automation.model import Answer, Endpoint, Reply, Rung
from automation.replay.inputs import InputValue, checked
from automation.replay.paging import Series
from automation.replay.reading import read_reply, understand


async def watched_answers(
    endpoint: Endpoint,
    next_reply: Callable[[int], Awaitable[Reply | None]],
    *,
    inputs: Mapping[str, InputValue] | None = None,
) -> AsyncGenerator[Answer]:
    """Yield the answers of a list, page after page, until the list itself says that it ended.

    Args:
        endpoint: what is read.
        next_reply: gets the reply of a page, by its 1-based number, in order; None where the screen
            asks for no more, because it knows the end from what it was told before.
        inputs: ``since`` and ``until`` of a window of dates.

    Raises:
        AnswerNotUnderstood: a reply has not the recorded shape, or the list does not advance.
    """
    series = Series(endpoint, checked(endpoint, inputs or {}))
    turn = series.first
    for number in count(1):
        reply = await next_reply(number)
        if reply is None:
            return
        page = understand(read_reply(reply), endpoint.response)
        following = series.after(turn, page)
        yield Answer(
            endpoint=endpoint.endpoint,
            url=reply.url,
            items=page.items,
            document=page.document,
            rung=Rung.UI,
            page=number,
        )
        if following is None:
            return
        turn = following
