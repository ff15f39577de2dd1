"""What a recording is made of: what a person did, and what else happened meanwhile.

All of it lives in memory only; what was typed is a :class:`Secret`, whatever it was.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from automation.model import Fingerprint, Secret, Signal

Kind = Literal[
    "opened", "fill", "select", "check", "upload", "click", "dblclick", "hover", "press", "scroll"
]


class Seen(BaseModel):
    """A thing that a page said; frozen, and deaf to what it does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)


class Candidate(Seen):
    """One way to find an element.

    Attributes:
        kind: name of a field of :class:`Target`.
        value: its expression.
        name: accessible name, for kind ``role``.
        matches: how many elements of the frame it matched when the action happened.
    """

    kind: str = "text"
    value: str
    name: str | None = None
    matches: int


class SeenElement(Seen):
    """An element as it was when somebody acted on it.

    Attributes:
        candidates: ways to find it.
        parts: short texts inside it, as candidates of kind ``text``.
        row: it lies in a row of data, so that its texts are other texts on another day.
        thing: it is named after a thing of the practice, as the link to a patient is.
        wording: texts of the page that are the portal's own by their markup.
        data: texts of the page that are data of the practice.
        fingerprint: what it looked like.
    """

    candidates: tuple[Candidate, ...]
    parts: tuple[Candidate, ...] = ()
    row: bool = False
    thing: bool = False
    wording: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    fingerprint: Fingerprint


class FieldNature(Seen):
    """What kind of field something was typed into.

    Attributes:
        type: the type of an input, or of the element.
        autocomplete: its hints, separated by spaces.
        secret: what is typed here is nobody's business.
        with_password: its form asks for a password, too.
    """

    type: str = ""
    autocomplete: str = ""
    secret: bool = False
    with_password: bool = Field(default=False, alias="withPassword")


class Message(Seen):
    """What the script in the page sends; which fields count depends on the kind."""

    kind: Kind
    document: str
    element: SeenElement | None = None
    field: FieldNature = FieldNature()
    value: str | None = Field(default=None, repr=False)
    took: float = 0
    checked: bool = True
    weak: bool = False
    into_field: bool = Field(default=False, alias="intoField")
    key: str = ""
    to: Literal["end", "start"] = "end"
    url: str = ""
    referrer: str = ""
    how: str = ""


class Action(Seen):
    """One thing a person did.

    Attributes:
        kind: what; ``opened`` never stands here.
        at: seconds since the recording began.
        took: seconds it had gone on by then.
        page: number of the page, from 0 in order of opening.
        document: names the document it happened in.
        frame: selectors of the frames to enter, outermost first.
        element: on what; None for the page as a whole.
        field: what kind of field.
        value: typed text, chosen label or file name; None when the page kept it to itself.
        checked: new state of a box.
        weak: nothing there looked as if it could be clicked.
        into_field: a click that may only have put the cursor into a text field.
        key: pressed key, in Playwright's notation.
        to: where a scroll ended.
    """

    kind: Kind
    at: float
    took: float = 0
    page: int = 0
    document: str = ""
    frame: tuple[str, ...] = ()
    element: SeenElement | None = None
    field: FieldNature = FieldNature()
    value: Secret | None = None
    checked: bool = True
    weak: bool = False
    into_field: bool = False
    key: str = ""
    to: Literal["end", "start"] = "end"


class Opened(Seen):
    """A document was opened in a page.

    Attributes:
        at: seconds since the recording began.
        page: number of the page.
        document: names the document.
        url: its address.
        referrer: where it says to come from; empty when a person typed the address.
        how: ``navigate``, ``reload`` or ``back_forward``.
    """

    at: float
    page: int = 0
    document: str = ""
    url: str
    referrer: str = ""
    how: str = "navigate"


class Asked(Seen):
    """A page sent a request of its own.

    Attributes:
        at: seconds since the recording began.
        page: number of the page.
        what: method and address without its query.
    """

    at: float
    page: int = 0
    what: str


class Answered(Seen):
    """The portal answered a request of a page with JSON.

    Attributes:
        at: seconds since the recording began.
        page: number of the page.
        what: method and address without its query.
        body: what it answered.
    """

    at: float
    page: int = 0
    what: str
    body: JsonValue = Field(repr=False)


class Caused(Seen):
    """A page did more than change.

    Attributes:
        at: seconds since the recording began.
        page: number of the page.
        signal: what it did.
        opened: number of the page that popped up.
    """

    at: float
    page: int = 0
    signal: Signal
    opened: int | None = None


LogEntry = Action | Opened | Asked | Answered | Caused
