"""Snapshot: the page at a step, values scrubbed."""

from __future__ import annotations

from automation.model.noun import Noun


class Element(Noun):
    """One interactive element that is visible: role, accessible name, state; no typed value.

    Attributes:
        role: its role.
        name: its accessible name.
        tag: lower case.
        id: its id attribute.
        field: its ``name`` attribute.
        type: its type attribute.
        disabled: it cannot be used.
        evidence: what else is known of it, by name: ``label``, ``placeholder``, ``title``, ``alt``,
            ``text``, ``test_id`` (attribute=value), ``autocomplete``, ``href``, ``form`` (its
            name, id or number), ``action`` (method, address and encoding of that form),
            ``heading``, ``landmark``, ``frame``, ``near``, ``required``, ``constraint``,
            ``options`` (one a line), ``box`` (x y width height), ``row`` (it lies in a row of
            data), ``covered`` (something lies over its centre), ``paint`` (colours, edges and
            font). What is not known is not there.
    """

    role: str
    name: str = ""
    tag: str = ""
    id: str = ""
    field: str = ""
    type: str = ""
    disabled: bool = False
    evidence: dict[str, str] = {}


class Snapshot(Noun):
    """The page after a step came to rest.

    Attributes:
        step: path of the step, 1-based.
        taken: seconds since the capture began.
        url: address of the page.
        title: title of the page.
        aria: the accessibility tree in Playwright's YAML notation, typed values scrubbed.
        elements: interactive elements in document order.
        storage: localStorage and sessionStorage, values redacted.
        screenshot: file name of the picture inside the capture folder, inputs masked.
        opened: what the step opened besides the page: ``tab``, ``window``, ``download``.
        drawn: how tables hold their rows, by name or number, where it is not simply all of them:
            ``whole`` says how many there are, ``part`` holds fewer; ``canvas`` where a drawing
            takes up most of the page.
    """

    step: str
    taken: float
    url: str
    title: str = ""
    aria: str = ""
    elements: tuple[Element, ...] = ()
    storage: dict[str, str] = {}
    screenshot: str | None = None
    opened: tuple[str, ...] = ()
    drawn: dict[str, str] = {}
