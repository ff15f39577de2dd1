"""A request as it may be shown: secrets and sensitive values replaced."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Final

from automation.model import Body, Call, Exchange, Request, Secret
from automation.redact import Redactor
from automation.writes.files import MULTIPART, without_files

_KEY_BYTES: Final = 16


def shown_request(call: Call, hidden: Iterable[str], rng: Random) -> Request:
    """What a call would send, in its order, without what must not be seen.

    Equal values are replaced by equal placeholders; those of two calls differ.

    Args:
        call: as it was built.
        hidden: values that are replaced wherever they stand, beside what is recognised as a secret.
        rng: makes the key of the placeholders.
    """
    known = {f"hidden.{number}": Secret(text) for number, text in enumerate(hidden) if text}
    redactor = Redactor(rng.randbytes(_KEY_BYTES), known)
    request = Request(
        method=call.method, url=call.url, headers=tuple(call.headers.items()), body=_body(call)
    )
    exchange = Exchange(seq=0, started=0.0, resource="fetch", request=request)
    return redactor.redact_exchange(exchange).request


def _body(call: Call) -> Body | None:
    if call.content is None:
        return None
    mime = call.headers.get("content-type", "").partition(";")[0].strip()
    content = without_files(call.content) if mime == MULTIPART else call.content
    return Body(text=content.decode(), mime=mime, size=len(call.content))
