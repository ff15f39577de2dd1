"""Endpoint: a replayable call with its evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import Literal

from pydantic import JsonValue, model_validator

from automation.model.binding import Binding, Derived, FromSession, Input
from automation.model.budget import Budget
from automation.model.noun import Noun
from automation.model.oauth import ACCESS_TOKEN, EntranceKind
from automation.model.source import Source


class Rung(StrEnum):
    """How a call is executed, lowest first.

    ``http`` is plain HTTP with the sealed session, ``page`` an in-page fetch of the signed-in
    browser, ``ui`` drives the screen and reads the responses passively, ``dom`` reads the
    rendered screen.
    """

    HTTP = "http"
    PAGE = "page"
    UI = "ui"
    DOM = "dom"


class Slot(Noun):
    """A named piece of session state that responses keep renewing.

    Attributes:
        open: path of a page that yields the first value by a plain GET.
        sources: where responses hold the value; every response is looked at, the latest wins.
        why: the evidence.
    """

    open: str | None = None
    sources: tuple[Source, ...]
    why: str = ""


class RequestTemplate(Noun):
    """The request of an endpoint.

    Attributes:
        method: upper case.
        url: path with ``{name}`` parameters; absolute only when on another allowed host.
        path: bindings of the ``{name}`` parts.
        query: bindings by query key; a repeated key is written ``key[0]``, ``key[1]``.
        headers: bindings of the headers that are not the HTTP client's own business.
        form: bindings of a form body, keys as in ``query``.
        json_body: bindings by leaf, JMESPath notation (``filter.text``, ``columns[0].name``).
        encoding: how the body is written.
    """

    method: str
    url: str
    path: dict[str, Binding] = {}
    query: dict[str, Binding] = {}
    headers: dict[str, Binding] = {}
    form: dict[str, Binding] = {}
    json_body: dict[str, Binding] = {}
    encoding: Literal["form", "multipart", "json"] | None = None

    @model_validator(mode="after")
    def _has_place_for_files(self) -> RequestTemplate:
        for place, name, binding in self.bindings():
            is_file = isinstance(binding, Input) and binding.type == "file"
            if is_file and (place, self.encoding) != ("form", "multipart"):
                msg = f"{place}.{name}: a file stands in a form that is sent as multipart only"
                raise ValueError(msg)
        return self

    def bindings(self) -> Iterator[tuple[str, str, Binding]]:
        """Every binding with its part of the request and its name there."""
        for place in ("path", "query", "headers", "form", "json_body"):
            for name, binding in getattr(self, place).items():
                yield place, name, binding


class ResponseShape(Noun):
    """What comes back.

    Attributes:
        kind: how to read it.
        items: where the items are: JMESPath to the array (``rows``; ``@`` for the whole body), on
            a page to one of its lists (``tables.Patients``, see ``docs/reference/pages.md``) or CSS
            to the rows of a table. None when the response is one object.
        key: field that identifies an item, relative to the item.
        markup: paths of texts in JSON that hold markup (``html``, ``rows[][0]``): each is read as a
            page is, and stands there as its document.
        shape: JSON Schema (2020-12) of the response, as far as the evidence goes.
    """

    kind: Literal["json", "html", "empty", "other"] = "json"
    items: str | None = None
    key: str | None = None
    markup: tuple[str, ...] = ()
    shape: dict[str, JsonValue] = {}


class Stop(Noun):
    """When the last page was reached; the first condition that holds ends the series.

    Attributes:
        total: JMESPath to the number of all items.
        pages: JMESPath to the number of all pages.
        more: JMESPath to a boolean "there is more".
        absent: the next cursor or link is missing, null or empty.
        short: a page holds fewer items than the size, or none.
    """

    total: str | None = None
    pages: str | None = None
    more: str | None = None
    absent: bool = False
    short: bool = False


class Pagination(Noun):
    """How a list goes on.

    Attributes:
        kind: ``page`` (number), ``offset`` (items), ``cursor`` (opaque, from the last response),
            ``next`` (link, from the last response), ``post`` (what a link of the last page posts),
            ``keyset`` (key of the last item), ``window`` (a span of dates).
        start: first value of the number or offset.
        step: what is added for the next call: pages, items, or days of a window.
        size: items asked for with each call, when a parameter says so; for a window, the days
            between its first and its last day as they are written (0: one day).
        source: where the last response holds the cursor or link; for a key, where the item does.
        item: which item of the last response gives the key: the ``first`` one where a response
            ends with the newest and the list goes back in time.
        deepest: for ``next``: items after which the list goes on behind the key of its last item,
            where the portal forbids deep pages; the request has a binding ``page: key`` for that,
            and the list is ordered by the key.
        opens: how the first page is asked for where the calls begin with the second: by a plain
            ``get`` of the same address.
        stop: when it ends.
        trigger: path of the flow step that asks for the next page on the screen.
        proof: ``observed`` in a capture, or ``hypothesis`` from names only.
        why: the evidence.
    """

    kind: Literal["page", "offset", "cursor", "next", "post", "keyset", "window"]
    start: int = 0
    step: int = 1
    size: int | None = None
    source: Source | None = None
    item: Literal["last", "first"] = "last"
    deepest: int | None = None
    opens: Literal["get"] | None = None
    stop: Stop = Stop()
    trigger: str | None = None
    proof: Literal["observed", "hypothesis"] = "observed"
    why: str = ""


class Reach(Noun):
    """The lowest rung that was proven equal to the browser, and the proof."""

    rung: Rung = Rung.HTTP
    verified: str = "not verified"


class Endpoint(Noun):
    """A replayable call.

    Attributes:
        version: format version.
        endpoint: name, ``<verb>-<noun>``.
        origin: ``inferred`` from captures or ``documented`` by the vendor.
        effect: what it does to the portal; ``unknown`` is treated like ``write``.
        flow: the flow whose screen makes this call.
        trigger: path of the flow step that makes it; None when the page itself does.
        turn: its place among the calls that sign in, from 1; None for every other call.
        request: how it is asked.
        response: what comes back.
        pagination: how a list goes on; None for a single call.
        slots: session slots that the request needs, by name.
        reach: the rung to use.
        budget: how often it may be called; None leaves it to the portal's file.
        why: evidence for effect, items and name.
    """

    version: Literal[1] = 1
    endpoint: str
    origin: Literal["inferred", "documented"] = "inferred"
    effect: Literal["read", "write", "auth", "unknown"]
    flow: str | None = None
    trigger: str | None = None
    turn: int | None = None
    request: RequestTemplate
    response: ResponseShape = ResponseShape()
    pagination: Pagination | None = None
    slots: dict[str, Slot] = {}
    reach: Reach = Reach()
    budget: Budget | None = None
    why: dict[str, str] = {}

    def named(self, names: Collection[str]) -> Endpoint:
        """The same call for one thing that its caller names, where it takes it from a list else.

        A value that is derived from another endpoint becomes an input, by its name in the request.

        Args:
            names: of the values that the caller gives.
        """
        parts: dict[str, dict[str, Binding]] = {}
        for place, name, binding in self.request.bindings():
            if isinstance(binding, Derived) and name in names:
                parts.setdefault(place, dict(getattr(self.request, place)))[name] = Input(
                    input=name, optional=binding.optional, why=binding.why
                )
        if not parts:
            return self
        return self.model_copy(update={"request": self.request.model_copy(update=parts)})

    @property
    def asks_by(self) -> EntranceKind:
        """The session it needs: the one that a token opens where it sends the token."""
        bindings = (binding for _, _, binding in self.request.bindings())
        sent = {each.session for each in bindings if isinstance(each, FromSession)}
        return "token" if ACCESS_TOKEN in sent else "login"
