"""Send a declared call that changes the portal, once."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from automation.errors import LoggedOut, Refused
from automation.model import Answer, Call, Endpoint
from automation.ports import Clock, Session
from automation.replay.asking import refuse_denied
from automation.replay.charging import charged
from automation.replay.inputs import InputValue, checked
from automation.replay.reading import read_reply, understand
from automation.replay.request import build
from automation.replay.stranger import why_stranger
from automation.replay.values import Given, refuse_unsendable


async def do_once(
    endpoint: Endpoint,
    session: Session,
    *,
    inputs: Mapping[str, InputValue],
    clock: Clock,
    rng: Random,
) -> Answer:
    """Send the call of an endpoint that writes; what came back.

    It is sent again only after the portal answered that it does not know us, which is no change.
    Whether a call without an answer had its effect is for the caller to read.

    Args:
        endpoint: what to send; ``effect: write`` only.
        session: of the practice; shown to be that of the practice before anything is sent.
        inputs: by name.
        clock: the current time.
        rng: fresh values.

    Raises:
        Refused: it is no declared write, or no call can be built for it.
        BadArgument: an input is unknown, missing or does not fit.
        AnswerNotUnderstood: the portal refused it, or the answer is not as declared.
        NotPermitted: the user may not do it.
        LoggedOut: signed out again right after a login.
        PracticeMixedUp: the session shows another practice; nothing was sent.
        Transient: the portal is down or wants to be left alone; it may have had its effect.
    """
    if endpoint.effect != "write":
        raise Refused(f"{endpoint.endpoint} is no write (effect: {endpoint.effect})")
    refuse_unsendable(endpoint)
    given = Given(session, clock, rng, checked(endpoint, inputs))
    await session.confirm()
    seen = session.generation
    try:
        return await _sent(endpoint, session, given)
    except LoggedOut:
        await session.renew(seen=seen)
        return await _sent(endpoint, session, given)


async def _sent(endpoint: Endpoint, session: Session, given: Given) -> Answer:
    call: Call = charged(build(endpoint, given), endpoint, session.portal)
    reading = read_reply(await session.send(call))
    why = why_stranger(reading, call.url, session.portal.signed_out, expected=True)
    if why is not None:
        raise LoggedOut(f"{endpoint.endpoint}: signed out ({why})")
    refuse_denied(reading, session.portal.denied)
    page = understand(reading, endpoint.response)
    return Answer(endpoint.endpoint, call.url, page.items, page.document)
