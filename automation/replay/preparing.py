"""The call of an endpoint as it would be sent, for whoever wants to see it first."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from automation.errors import LoggedOut
from automation.model import Call, Endpoint
from automation.ports import Clock, Session
from automation.replay.asking import refuse_denied
from automation.replay.inputs import InputValue, checked
from automation.replay.reading import read_reply
from automation.replay.request import build
from automation.replay.slots import SlotKeeper
from automation.replay.stranger import why_stranger
from automation.replay.values import Given, refuse_unsendable


async def prepared_call(
    endpoint: Endpoint,
    session: Session,
    *,
    inputs: Mapping[str, InputValue],
    clock: Clock,
    rng: Random,
) -> Call:
    """Build the call of an endpoint, reads and writes alike; it is not sent.

    Only pages that give missing slots of the session are asked for, by GET. For a call that writes
    they are asked for in any case: it is sent once, and a token that has aged would be refused.

    Args:
        endpoint: what would be asked.
        session: of the practice.
        inputs: by name; what is not known yet may be a :class:`Later`.
        clock: the current time.
        rng: fresh values.

    Raises:
        Refused: no call can be built for it.
        BadArgument: an input is unknown, missing or does not fit.
        AnswerNotUnderstood: no response gave a slot that is needed.
        LoggedOut: signed out again right after a login.
        NotPermitted: the user may not see the page that gives a slot.
        PersonNeeded, Transient: as :class:`Session` says.
    """
    refuse_unsendable(endpoint)
    session = await session.of(endpoint)
    given = Given(session, clock, rng, checked(endpoint, inputs))
    seen = session.generation
    try:
        await _open(endpoint, session)
    except LoggedOut:
        await session.renew(seen=seen)
        await _open(endpoint, session)
    return build(endpoint, given)


async def _open(endpoint: Endpoint, session: Session) -> None:
    slots = SlotKeeper(endpoint, session)
    if endpoint.effect == "write":
        slots.forget_opened(endpoint)
    for opener in slots.openers(endpoint):
        reading = read_reply(await session.send(opener))
        why = why_stranger(reading, opener.url, session.portal.signed_out, expected=True)
        if why is not None:
            raise LoggedOut(f"{endpoint.endpoint}: signed out ({why})")
        refuse_denied(reading, session.portal.denied)
        slots.renew_from(reading)
