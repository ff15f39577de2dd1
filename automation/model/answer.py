"""Call, Reply and Answer: one request on the wire, what came back, and what it says."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import JsonValue

from automation.model.budget import Charge
from automation.model.endpoint import Rung


@dataclass(frozen=True, slots=True)
class Call:
    """One request, ready to be sent. Cookies and the client's own headers are not part of it.

    Attributes:
        method: upper case.
        url: absolute.
        headers: further headers by name.
        content: body bytes, already encoded.
        safe: whether it may be repeated (reads).
        follow: whether redirects are followed; without, the redirect itself is the reply.
        charge: what it takes from a budget; None where it has none.
    """

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None
    safe: bool = True
    follow: bool = True
    charge: Charge | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back on the wire.

    Attributes:
        status: HTTP status.
        url: address after redirects.
        headers: lower-case names, order and repeats kept.
        content: body bytes, decoded.
        redirects: addresses that redirected here, in order.
        secured: version of TLS, and who issued the certificate; empty where it is not known.
    """

    status: int
    url: str
    headers: tuple[tuple[str, str], ...]
    content: bytes
    redirects: tuple[str, ...] = ()
    secured: str = ""

    def header(self, name: str) -> str | None:
        """The last value of a header, or None."""
        wanted = name.lower()
        return next((v for k, v in reversed(self.headers) if k == wanted), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one replayed call returned.

    Attributes:
        endpoint: name of the endpoint.
        url: address that was asked, for the source of entities.
        items: the items, or the one object as the only item.
        document: the whole parsed body (for values beside the items).
        parent: the item of the earlier response this call was made for.
        rung: how it was executed.
        page: 1-based position in the series.
        after: where the list goes on after this answer, for a reading that is taken up again;
            None after its last one, and where nobody asked for it.
        child: mark of the item this call was made for, where there is one.
        at_hand: how many further answers are there already, confirmed together with this one.
    """

    endpoint: str
    url: str
    items: tuple[JsonValue, ...]
    document: JsonValue = None
    parent: JsonValue = None
    rung: Rung = Rung.HTTP
    page: int = 1
    after: JsonValue = None
    child: str = ""
    at_hand: int = 0
