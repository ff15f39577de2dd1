"""Send a built call that changes the portal, once, and hear what the portal says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pydantic import JsonValue

from automation.errors import (
    AnswerNotUnderstood,
    NotPermitted,
    Refused,
)
from automation.model import Call, Endpoint, Said, Verdict
from automation.ports import Gate, WritingSession
from automation.replay.asking import refuse_denied
from automation.replay.charging import charged
from automation.replay.places import Reading
from automation.replay.reading import read_reply, understand
from automation.replay.stranger import why_stranger
from automation.wire import canonical

_BUSY: Final = 429
_SAYS_NOTHING: Final = frozenset({408, 425})
"""Refusals of the connection rather than of what was sent (RFC 9110, RFC 8470)."""
_NO: Final = range(400, 500)
_LONGEST: Final = 300
_PLAIN: Final = frozenset({"detail", "message", "error", "errors", "non_field_errors", "title"})
"""Keys that say nothing themselves."""
_ALERTS: Final = "[role=alert], .errorlist, .validation-summary-errors, .alert-danger, .error"


async def submit_call(endpoint: Endpoint, session: WritingSession, call: Call, gate: Gate) -> Said:
    """Send a call that changes the portal; what the portal says to it, which decides nothing.

    The session is that of the endpoint, and was seen to show this practice. The call is sent once,
    never again, on plain HTTP only.

    Args:
        endpoint: what the call was built from; ``effect: write`` only.
        session: to send it in.
        call: as it was built.
        gate: what it passes on its way.

    Raises:
        Refused: it is no declared write; nothing was sent.
        AnswerLate: it left, or not, as the gate tells; nobody waits for the answer any longer.
        VetportalError: likewise; no answer will come.
    """
    if endpoint.effect != "write":
        raise Refused(f"{endpoint.endpoint} is no write (effect: {endpoint.effect})")
    reply = await session.submit(charged(call, endpoint, session.portal), gate)
    reading = read_reply(reply)
    verdict, words, document = _understood(endpoint, session, call, reading)
    return Said(verdict=verdict, words=words, status=reply.status, document=document)


def _understood(
    endpoint: Endpoint, session: WritingSession, call: Call, reading: Reading
) -> tuple[Verdict, str, JsonValue]:
    why = why_stranger(reading, call.url, session.portal.signed_out, expected=True)
    if why is not None:
        return "stranger", f"signed out ({why})", None
    status = reading.reply.status
    words = own_words(reading) or f"status {status}"
    try:
        refuse_denied(reading, session.portal.denied)
        if status not in _NO or status in _SAYS_NOTHING:
            return "yes", "", understand(reading, endpoint.response).document
    except NotPermitted:
        return "no", words, None
    except AnswerNotUnderstood as problem:
        return "silent", problem.message, None
    return "busy" if status == _BUSY else "no", words, None


def own_words(reading: Reading) -> str:
    """What an answer says to a person, in the portal's words; empty when it says nothing."""
    if reading.is_html:
        said = [node.text() for node in reading.tree.css(_ALERTS)]
    else:
        said = list(_told(reading.document, ""))
    told = "; ".join(dict.fromkeys(" ".join(text.split()) for text in said if text.strip()))
    return told[:_LONGEST]


def _told(value: JsonValue, name: str) -> Iterator[str]:
    """Each text, behind the field that it is about."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _told(inner, name if key in _PLAIN or key.isdecimal() else key)
    elif isinstance(value, list):
        for inner in value:
            yield from _told(inner, name)
    elif isinstance(value, str):
        yield f"{name}: {value}" if name else value
    elif isinstance(value, int | float) and not isinstance(value, bool) and name:
        yield f"{name}: {canonical(value)}"
