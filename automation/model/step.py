"""Step: one action of a flow, as a closed union.

In files a step is written with its kind as the only key: ``- goto: /Home`` or
``- fill: {target: {...}, value: "{{ credential.username }}"}``. The models read and write that
form themselves, so that a file and its parsed object say the same.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import (
    BeforeValidator,
    Field,
    SerializerFunctionWrapHandler,
    WrapSerializer,
)

from automation.model.noun import Noun
from automation.model.target import Target


class Signal(Noun):
    """What an action caused besides its effect on the page.

    Attributes:
        kind: ``popup`` (later steps go on in the new page), ``dialog`` or ``download``.
        accept: for a dialog, whether it was accepted.
    """

    kind: Literal["popup", "dialog", "download"]
    accept: bool | None = None


class Goto(Noun):
    """Opens an address: a path below the practice's base URL, or an absolute allowed one."""

    kind: Literal["goto"] = "goto"
    url: str


class Click(Noun):
    """Clicks the target once (``count`` times for a double click)."""

    kind: Literal["click"] = "click"
    target: Target
    count: int = 1
    causes: tuple[Signal, ...] = ()


class Fill(Noun):
    """Replaces the text of a field; ``value`` may hold templates."""

    kind: Literal["fill"] = "fill"
    target: Target
    value: str


class Press(Noun):
    """Presses a key that is not text, in Playwright's notation (``Enter``, ``Control+A``)."""

    kind: Literal["press"] = "press"
    target: Target | None = None
    key: str
    causes: tuple[Signal, ...] = ()


class Select(Noun):
    """Chooses one option of a list by its visible label."""

    kind: Literal["select"] = "select"
    target: Target
    option: str


class Check(Noun):
    """Sets a checkbox or radio button."""

    kind: Literal["check"] = "check"
    target: Target
    checked: bool = True


class Upload(Noun):
    """Chooses a file; ``file`` is a template such as ``{{ input.document }}``."""

    kind: Literal["upload"] = "upload"
    target: Target
    file: str


class Hover(Noun):
    """Moves the pointer over the target because that reveals something."""

    kind: Literal["hover"] = "hover"
    target: Target


class Scroll(Noun):
    """Scrolls the target (or the page) because that loads something."""

    kind: Literal["scroll"] = "scroll"
    target: Target | None = None
    to: Literal["end", "start"] = "end"


class Expect(Noun):
    """Waits until the address matches, or the target is visible; stops the flow otherwise.

    Attributes:
        url: glob over path and query (``/Practice/Home/**``).
        target: an element that must be visible.
    """

    kind: Literal["expect"] = "expect"
    url: str | None = None
    target: Target | None = None


class When(Noun):
    """Runs its steps only if the target shows up after the page came to rest."""

    kind: Literal["when"] = "when"
    target: Target
    steps: tuple[Step, ...]


_KINDS: Final[dict[str, str | None]] = {
    # kind -> the field that a bare text stands for
    "goto": "url",
    "click": None,
    "fill": None,
    "press": "key",
    "select": None,
    "check": None,
    "upload": None,
    "hover": None,
    "scroll": None,
    "expect": None,
    "when": None,
}


def _unwrap(value: object) -> object:
    """Turn ``{"goto": "/x"}`` into ``{"kind": "goto", "url": "/x"}``; leave the rest alone."""
    if not isinstance(value, dict) or "kind" in value:
        return value
    if len(value) != 1 or (kind := next(iter(value))) not in _KINDS:
        given = ", ".join(map(str, value)) or "nothing"
        msg = f"a step has exactly one key, given {given}; known steps: {', '.join(_KINDS)}"
        raise ValueError(msg)
    body = value[kind]
    bare = _KINDS[kind]
    if isinstance(body, dict):
        return {"kind": kind, **body}
    if bare is None or not isinstance(body, str):
        msg = f"{kind}: expected a mapping" + (f" or a text for {bare}" if bare else "")
        raise ValueError(msg)
    return {"kind": kind, bare: body}


def _wrap(value: Noun, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
    """Write a step with its kind as the only key, short where one field says all."""
    body: dict[str, object] = handler(value)
    body.pop("kind", None)
    kind = type(value).__name__.lower()
    bare = _KINDS[kind]
    return {kind: body[bare] if bare and set(body) == {bare} else body}


Step = Annotated[
    Annotated[
        Goto | Click | Fill | Press | Select | Check | Upload | Hover | Scroll | Expect | When,
        Field(discriminator="kind"),
    ],
    BeforeValidator(_unwrap),
    WrapSerializer(_wrap),
]

When.model_rebuild()
