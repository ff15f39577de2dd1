"""What a control looks like, by all that is known of it: as it was recorded, or as it is now."""

from __future__ import annotations

import dataclasses
from typing import Final

from automation.model import Element, Target

_KINDS: Final[dict[str, str]] = {
    "searchbox": "text",
    "textbox": "text",
    "spinbutton": "text",
    "combobox": "choice",
    "listbox": "choice",
    "menuitemcheckbox": "checkbox",
    "switch": "checkbox",
    "menuitemradio": "radio",
    "tab": "button",
    "menuitem": "button",
}
_ROLES: Final[dict[str, str]] = {
    "a": "link",
    "button": "button",
    "input": "textbox",
    "select": "combobox",
    "summary": "button",
    "textarea": "textbox",
}
_TYPES: Final[dict[str, str]] = {
    "button": "button",
    "checkbox": "checkbox",
    "image": "button",
    "radio": "radio",
    "reset": "button",
    "submit": "button",
}
_TOLD: Final = ("class", "aria-label", "data-", "for")
"""Attributes that say nothing, or what other evidence says."""


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """One control, by independent evidence; what is not known is empty.

    Attributes:
        tag: lower case.
        type: its type attribute.
        role: its role.
        name: its accessible name.
        text: its visible text.
        label: the text of its label.
        field: its ``name`` attribute.
        id: its id attribute.
        test_id: ``attribute=value``.
        autocomplete: what it says it takes.
        placeholder: its placeholder.
        alt: its alternative text.
        title: its title.
        href: where it leads, without origin and query.
        form: the name of the form it is in; its number says nothing, another one may come first.
        place: the landmark and heading it is below.
        frame: the frame it is in.
        near: texts beside it.
        box: x, y, width, height in CSS pixels.
        disabled: it cannot be used.
        path: its place in the document, by numbers from the root; empty where that is not known.
        attributes: further attributes.
        shared: no locator was made of its text, as for one that others had, too.
    """

    tag: str = ""
    type: str = ""
    role: str = ""
    name: str = ""
    text: str = ""
    label: str = ""
    field: str = ""
    id: str = ""
    test_id: str = ""
    autocomplete: str = ""
    placeholder: str = ""
    alt: str = ""
    title: str = ""
    href: str = ""
    form: str = ""
    place: str = ""
    frame: str = ""
    near: tuple[str, ...] = ()
    box: tuple[int, int, int, int] | None = None
    disabled: bool = False
    path: tuple[int, ...] = ()
    attributes: dict[str, str] = dataclasses.field(default_factory=dict)
    shared: bool = False

    @property
    def kind(self) -> str:
        """What can be done with it: text, secret, choice, checkbox, radio, button, link, ..."""
        return control_kind(self.tag, self.type, self.role)

    def related(self, other: Look) -> bool:
        """Whether one of two controls lies inside the other."""
        shorter, longer = sorted((self.path, other.path), key=len)
        return bool(shorter) and longer[: len(shorter)] == shorter


def control_kind(tag: str, type_: str = "", role: str = "") -> str:
    """What can be done with a control, by its tag, type and role."""
    if type_.lower() == "password":
        return "secret"
    known = role or _TYPES.get(type_.lower(), "") or _ROLES.get(tag, tag)
    return _KINDS.get(known, known)


def look_of(element: Element, path: tuple[int, ...] = ()) -> Look:
    """A control of a snapshot."""
    known = element.evidence
    return Look(
        tag=element.tag,
        type=element.type,
        role=element.role,
        name=element.name,
        text=known.get("text", ""),
        label=known.get("label", ""),
        field=element.field,
        id=element.id,
        test_id=known.get("test_id", ""),
        autocomplete=known.get("autocomplete", ""),
        placeholder=known.get("placeholder", ""),
        alt=known.get("alt", ""),
        title=known.get("title", ""),
        href=known.get("href", "").partition("?")[0],
        form="" if (form := known.get("form", "")).isdigit() else form,
        place=" ".join(filter(None, (known.get("landmark"), known.get("heading")))),
        frame=known.get("frame", ""),
        near=tuple(filter(None, known.get("near", "").splitlines())),
        box=_box(known.get("box", "")),
        disabled=element.disabled,
        path=path,
    )


def look_of_target(target: Target) -> Look:
    """A control as a flow recorded it: its locators, and what its fingerprint adds."""
    seen = target.fingerprint
    attributes = dict(seen.attributes) if seen else {}
    return Look(
        tag=seen.tag if seen else "",
        type=attributes.pop("type", ""),
        role=target.role or attributes.pop("role", ""),
        name=target.name or "",
        text=target.text or (seen.text if seen else ""),
        label=target.label or "",
        field=target.field or attributes.pop("name", ""),
        id=target.id or attributes.pop("id", ""),
        test_id=target.test_id or "",
        autocomplete=attributes.pop("autocomplete", ""),
        placeholder=target.placeholder or attributes.pop("placeholder", ""),
        alt=target.alt or attributes.pop("alt", ""),
        title=target.title or attributes.pop("title", ""),
        frame=" ".join(target.frame),
        near=seen.neighbours if seen else (),
        box=seen.box if seen else None,
        attributes={
            name: value for name, value in attributes.items() if not name.startswith(_TOLD)
        },
        shared=bool(seen and seen.text) and not (target.text or target.name),
    )


def _box(text: str) -> tuple[int, int, int, int] | None:
    numbers = [int(part) for part in text.split() if part.lstrip("-").isdigit()]
    return (numbers[0], numbers[1], numbers[2], numbers[3]) if len(numbers) == 4 else None  # noqa: PLR2004
