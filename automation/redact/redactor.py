"""The redactor: everything a capture holds, without its secrets.

A value is often recognised as a secret only after it was seen: a page hands it out, and a later
request sends it back in a header. So a capture is collected in memory, all of it is observed
first, and only then is the first exchange redacted and written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from typing import Final

from automation.model import Body, Element, Exchange, Request, Response, Secret, Snapshot
from automation.redact.address import rewrite_url
from automation.redact.documents import rewrite
from automation.redact.message import (
    ADDRESSES,
    COOKIES,
    HOSTS,
    exchange_texts,
    readable,
    snapshot_texts,
)
from automation.redact.names import is_secret_name
from automation.redact.needle import present
from automation.redact.observer import Observer
from automation.redact.registry import Registry
from automation.redact.sieve import Sieve
from automation.redact.visitor import Visitor

_STRUCTURE: Final = re.compile(r"[{\[<=:]")


class Redactor:
    """Replaces secrets by placeholders; equal secrets by equal placeholders, wherever they stand.

    Hand a whole capture to :meth:`redact`, or observe everything before the first
    :meth:`redact_exchange`. What it knows never leaves it.

    Args:
        key: the redaction key of this installation, at least 16 bytes.
        known: secrets by the name that becomes the class of their placeholders
            (``credential.password``). One with fewer than four characters is replaced only where
            it is the whole value of a place in a request.

    Raises:
        BadArgument: the key is too short, or a name is not possible.
    """

    __slots__ = ("_observer", "_registry")

    def __init__(self, key: bytes, known: Mapping[str, Secret]) -> None:
        self._registry = Registry(key)
        self._observer = Observer(self._registry)
        for name, value in known.items():
            self.learn(name, value)

    def learn(self, name: str, value: str | Secret) -> None:
        """Know one more secret from now on, such as the one-time code that is about to be typed.

        Raises:
            BadArgument: the name holds more than letters, digits, ``.``, ``_`` and ``-``.
        """
        self._registry.know(name, value.reveal() if isinstance(value, Secret) else value)

    @property
    def known(self) -> tuple[Secret, ...]:
        """What is looked for everywhere, for whatever cannot be redacted afterwards: pictures."""
        return tuple(Secret(each.value) for each in self._registry.needles)

    def observe(self, exchange: Exchange) -> None:
        """Learn the secrets of an exchange; exchanges come in the order of time."""
        self._observer.exchange(exchange)

    def redact(
        self, exchanges: Sequence[Exchange], snapshots: Sequence[Snapshot] = ()
    ) -> tuple[tuple[Exchange, ...], tuple[Snapshot, ...]]:
        """A whole capture without its secrets: all of it is observed before any of it is changed.

        Args:
            exchanges: in order of request start.
            snapshots: in order of steps.
        """
        for exchange in exchanges:
            self._observer.exchange(exchange)
        for snapshot in snapshots:
            self._observer.snapshot(snapshot)
        return tuple(map(self._exchange, exchanges)), tuple(map(self._snapshot, snapshots))

    def redact_exchange(self, exchange: Exchange) -> Exchange:
        """The exchange without its secrets; it is observed first.

        JSON stays JSON (a number that is a secret becomes a text), pages stay pages, addresses and
        forms hold the placeholder percent-encoded. Binary content is left out: it could hide
        anything.
        """
        self._observer.exchange(exchange)
        return self._exchange(exchange)

    def redact_snapshot(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot without its secrets; it is observed first."""
        self._observer.snapshot(snapshot)
        return self._snapshot(snapshot)

    def redact_url(self, url: str) -> str:
        """An address without its secrets; placeholders stand percent-encoded in it."""
        self._observer.url(url)
        return rewrite_url(url, self._visitor(self._sieve((url,)), sent=True))

    def redact_text(self, text: str) -> str:
        """Any text without the secrets known so far and without values beside a secret's name."""
        return self._visitor(self._sieve((text,)), sent=False).leaf("", text)

    def redact_event(
        self, _logger: object, _method: str, event: MutableMapping[str, object]
    ) -> MutableMapping[str, object]:
        """A processor of structlog: every text of an event without its secrets."""
        return {key: self._logged(key, value) for key, value in event.items()}

    def _logged(self, name: str, value: object) -> object:
        match value:
            case str():
                return self._visitor(self._sieve((value,)), sent=False).leaf(name, value)
            case bytes():
                return self._logged(name, value.decode("utf-8", "replace"))
            case dict():
                return {
                    self._logged("", key): self._logged(str(key), inner)
                    for key, inner in value.items()
                }
            case list() | tuple() | set() | frozenset():
                return [self._logged(name, inner) for inner in value]
            case _:
                return value

    def _sieve(self, texts: Iterable[str]) -> Sieve:
        """Only the secrets that may stand in these texts, so that the sieve is quick."""
        found = present(self._registry.needles, "\n".join(texts))
        return Sieve(found, self._registry.shown)

    def _visitor(self, sieve: Sieve, *, sent: bool) -> Visitor:
        registry = self._registry

        def leaf(name: str, value: str) -> str:
            if is_secret_name(name):
                return registry.conceal("field", value)
            if sent and registry.is_short_secret(value):
                return registry.shown(value)
            return rewrite(value, "", visitor) if _STRUCTURE.search(value) else sieve.clean(value)

        visitor = Visitor(leaf, sieve.clean)
        return visitor

    def _exchange(self, exchange: Exchange) -> Exchange:
        exchange = readable(exchange)
        sieve = self._sieve(exchange_texts(exchange))
        sent, got = self._visitor(sieve, sent=True), self._visitor(sieve, sent=False)
        request, response = exchange.request, exchange.response
        url = rewrite_url(request.url, sent)
        return exchange.model_copy(
            update={
                "request": request.model_copy(update={"url": url, **self._message(request, sent)}),
                "response": response and response.model_copy(update=self._message(response, got)),
                "frame": rewrite_url(exchange.frame, sent),
                "initiator": got.leaf("", exchange.initiator),
                "failure": exchange.failure and got.leaf("", exchange.failure),
            }
        )

    def _message(self, message: Request | Response, visitor: Visitor) -> dict[str, object]:
        headers = ((name, self._header(name, value, visitor)) for name, value in message.headers)
        return {"headers": tuple(headers), "body": _body(message.body, visitor)}

    def _header(self, name: str, value: str, visitor: Visitor) -> str:
        if name in COOKIES:
            jar = Visitor(lambda _, cookie: self._registry.conceal("cookie", cookie), visitor.rest)
            return visitor.rest(COOKIES[name](value, jar))
        if name in ADDRESSES:
            return rewrite_url(value, visitor)
        if name in HOSTS:
            return value
        if is_secret_name(name):
            return self._registry.conceal("header", value)
        return visitor.rest(value)

    def _snapshot(self, snapshot: Snapshot) -> Snapshot:
        sieve = self._sieve(snapshot_texts(snapshot))
        visitor = self._visitor(sieve, sent=False)
        storage = {sieve.clean(k): visitor.leaf(k, v) for k, v in snapshot.storage.items()}
        return snapshot.model_copy(
            update={
                "url": rewrite_url(snapshot.url, visitor),
                "title": visitor.leaf("", snapshot.title),
                "aria": visitor.leaf("", snapshot.aria),
                "elements": tuple(_element(one, sieve) for one in snapshot.elements),
                "storage": storage,
                "drawn": {sieve.clean(name): how for name, how in snapshot.drawn.items()},
            }
        )


def _body(body: Body | None, visitor: Visitor) -> Body | None:
    if body is None or not body.text:
        return body
    return body.model_copy(update={"text": rewrite(body.text, body.mime, visitor)})


def _element(element: Element, sieve: Sieve) -> Element:
    names = {"name": element.name, "id": element.id, "field": element.field}
    evidence = {key: sieve.clean(text) for key, text in element.evidence.items()}
    cleaned = {key: sieve.clean(text) for key, text in names.items()}
    return element.model_copy(update={**cleaned, "evidence": evidence})
