"""Plain reads: endpoints that can be asked in a session without being told anything."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from automation.model import Call, Constant, Endpoint, FromSession
from automation.ports import Clock, Holding
from automation.replay.charging import charged
from automation.replay.inputs import bindings_of
from automation.replay.request import build
from automation.replay.slots import SlotKeeper
from automation.replay.values import Given


def plain_call(endpoint: Endpoint, holding: Holding, *, clock: Clock, rng: Random) -> Call | None:
    """The call of a GET that needs constants and slots of the session only.

    Returns:
        None for every other endpoint, and where a slot has no value yet.
    """
    needed = [each for _, _, each in bindings_of(endpoint) if not each.optional]
    request = endpoint.request
    if endpoint.effect != "read" or request.method != "GET" or request.encoding is not None:
        return None
    if not all(isinstance(each, Constant | FromSession) for each in needed):
        return None
    if SlotKeeper(endpoint, holding).openers(endpoint):
        return None
    names = [each.session for each in needed if isinstance(each, FromSession)]
    if not all(name in holding.slots for name in names):
        return None
    return charged(build(endpoint, Given(holding, clock, rng)), endpoint, holding.portal)


def without_session(call: Call, holding: Holding) -> Call:
    """The same call as a stranger would send it: no header holds a slot of the session."""
    values = [value for value in holding.slots.values() if value]
    kept = {k: v for k, v in call.headers.items() if not any(value in v for value in values)}
    return replace(call, headers=kept)
