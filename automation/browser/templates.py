"""Texts of a flow that hold values of a run: ``{{ credential.username }}``."""

from __future__ import annotations

import re
from typing import Final

from automation.errors import BadArgument
from automation.model import Secret, Target
from automation.ports import Values

_TEMPLATE: Final = re.compile(r"\{\{\s*([\w.-]+)\s*\}\}")
_READ_BY_PEOPLE: Final = ("name", "text", "label", "near", "title", "placeholder", "alt")
"""The locators of a target in which a value of the run may stand."""


def template_names(text: str) -> tuple[str, ...]:
    """The names that a text asks for, in order."""
    return tuple(_TEMPLATE.findall(text))


async def render(text: str, values: Values) -> str | Secret:
    """Put the values in; the result is secret as soon as one of them is.

    Raises:
        NotKnown: nothing has a name that the text asks for.
    """
    secret = False
    parts: list[str] = []
    position = 0
    for found in _TEMPLATE.finditer(text):
        value = await values.resolve(found[1])
        secret = secret or isinstance(value, Secret)
        shown = value.reveal() if isinstance(value, Secret) else value
        parts += [text[position : found.start()], shown]
        position = found.end()
    whole = "".join([*parts, text[position:]])
    return Secret(whole) if secret else whole


async def render_open(text: str, values: Values) -> str:
    """Put the values in where the result will be seen: an address, a label.

    Raises:
        NotKnown: nothing has a name that the text asks for.
        BadArgument: a secret would be seen.
    """
    rendered = await render(text, values)
    if isinstance(rendered, Secret):
        names = ", ".join(template_names(text))
        raise BadArgument(f"a secret ({names}) stands where it would be seen: {text!r}")
    return rendered


async def render_target(target: Target, values: Values) -> Target:
    """Put the values into what people can read of a target.

    Raises:
        NotKnown: nothing has a name that the target asks for.
        BadArgument: a secret would be seen.
    """
    changed = {
        field: await render_open(text, values)
        for field in _READ_BY_PEOPLE
        if isinstance(text := getattr(target, field), str) and template_names(text)
    }
    return target.model_copy(update=changed) if changed else target
