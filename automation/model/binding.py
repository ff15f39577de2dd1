"""Binding: where one value of a request comes from.

In a file each binding is written with its class as the first key: ``{constant: 50}``,
``{input: species, optional: true}``, ``{session: antiforgery}``. ``why`` is the evidence.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import (
    Discriminator,
    JsonValue,
    SerializerFunctionWrapHandler,
    Tag,
    model_serializer,
)

from automation.model.noun import Noun
from automation.model.source import Source

_SHARED: Final = frozenset({"optional", "why"})


class _Binding(Noun):
    """What all bindings share: the evidence, and whether the value may be left out."""

    optional: bool = False
    why: str = ""

    @model_serializer(mode="wrap")
    def _class_first(self, handler: SerializerFunctionWrapHandler) -> dict[str, JsonValue]:
        """Write the class key before what all bindings share."""
        body: dict[str, JsonValue] = handler(self)
        return dict(sorted(body.items(), key=lambda item: item[0] in _SHARED))


class Constant(_Binding):
    """The same value every time; empty lists and objects are constants too."""

    constant: JsonValue


class Input(_Binding):
    """The caller gives it; without a value the default is sent.

    Attributes:
        input: name of the input.
        type: what is accepted; ``json`` is any value, a list or an object as a whole; ``file`` is
            an object with the ``name``, the media ``type`` and the ``content`` of a file (base64),
            and is possible in a multipart form only.
        default: sent when the caller gives nothing; None leaves an optional value out.
        format: how a date or time is written, in strftime notation, ``epoch_ms`` or ``epoch_s``.
        wrap: text the client puts around the input; ``{}`` stands for the input.
    """

    input: str
    type: Literal["text", "number", "boolean", "date", "datetime", "json", "file"] = "text"
    default: JsonValue = None
    format: str | None = None
    wrap: str | None = None


class FromSecret(_Binding):
    """The vault gives it (``credential.username``, ``credential.password``)."""

    secret: str


class Otp(_Binding):
    """A one-time code, computed when it is sent."""

    otp: Literal["totp"]


class FromSession(_Binding):
    """The latest value of a slot; ``wrap`` as in :class:`Input` (``Bearer {}``)."""

    session: str
    wrap: str | None = None


class Derived(_Binding):
    """A value that an earlier response holds.

    Attributes:
        derived: name of the endpoint that answers it.
        path: JMESPath into that response. When it ends below ``[]`` the call is made once for
            each item of the earlier response.
        segment: an address stands there, and the last part of its path is meant.
        wrap: as in :class:`Input`.
    """

    derived: str
    path: str
    segment: bool = False
    wrap: str | None = None


class Chosen(_Binding):
    """The value of the item that people would choose by its label.

    Of the items in an answer, the one whose label is the practice's gives the value; case and
    white space do not count. No such item, or several with different values, is an error.

    Attributes:
        chosen: what the label is.
        answer: name of the endpoint whose first answer offers the items; None: the latest answer
            of the login that does.
        items: ``css`` of every item of a page, or ``json_path`` of an array; None: nothing offers
            them, the label itself is sent.
        label: attribute of the item, or path below it; None: the text of the element, of one
            inside it or of its ``<label>``; of JSON the item itself.
        value: attribute of the item (``href?key``: a query key of a link, ``href/2``: the second
            segment of its path, ``input[name="id"]@value``: that of an element inside it), or
            path below the item; None: the label itself.
        wrap: as in :class:`Input`.
    """

    chosen: Literal["practice.label"]
    answer: str | None = None
    items: Source | None = None
    label: str | None = None
    value: str | None = None
    wrap: str | None = None


class FromClock(_Binding):
    """The current time of the practice.

    Attributes:
        clock: strftime format, ``epoch_ms`` or ``epoch_s``.
        days: offset in days.
        start_of: the period whose first day is meant, before the offset is added.
    """

    clock: str
    days: int = 0
    start_of: Literal["week", "month"] | None = None


class Random(_Binding):
    """A fresh value of the same form: ``uuid``, ``hex:16``, ``digits:13``, ``alnum:20``."""

    random: str


class Paged(_Binding):
    """The pagination of the endpoint gives it.

    Attributes:
        page: which value of the series this is; ``begin`` is sent in its first call only.
        format: how a date is written (``from``, ``until``), as in :class:`Input`.
        first: what a cursor, a key or a link says in the first call; an optional one is left out
            there, unless it is sent in that call only.
    """

    page: Literal[
        "number", "offset", "size", "cursor", "key", "target", "argument", "begin", "from", "until"
    ]
    format: str | None = None
    first: JsonValue = None


class Computed(_Binding):
    """Made by the portal's own script (a signature): only the browser can send it."""

    computed: str


class Unknown(_Binding):
    """Not understood; replay refuses it.

    Attributes:
        unknown: a redacted example.
    """

    unknown: JsonValue


_TAGS = (
    "constant",
    "input",
    "secret",
    "otp",
    "session",
    "derived",
    "chosen",
    "clock",
    "random",
    "page",
    "computed",
    "unknown",
)


def _tag(value: object) -> str | None:
    """The class of a binding is the one class key that it has."""
    keys = value if isinstance(value, dict) else type(value).model_fields  # type: ignore[attr-defined]
    return next((tag for tag in _TAGS if tag in keys), None)


Binding = Annotated[
    Annotated[Constant, Tag("constant")]
    | Annotated[Input, Tag("input")]
    | Annotated[FromSecret, Tag("secret")]
    | Annotated[Otp, Tag("otp")]
    | Annotated[FromSession, Tag("session")]
    | Annotated[Derived, Tag("derived")]
    | Annotated[Chosen, Tag("chosen")]
    | Annotated[FromClock, Tag("clock")]
    | Annotated[Random, Tag("random")]
    | Annotated[Paged, Tag("page")]
    | Annotated[Computed, Tag("computed")]
    | Annotated[Unknown, Tag("unknown")],
    Discriminator(
        _tag,
        custom_error_type="binding",
        custom_error_message=f"a binding has exactly one of the keys: {', '.join(_TAGS)}",
    ),
]
