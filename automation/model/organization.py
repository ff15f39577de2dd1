"""Organization: who owns practices."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator

from automation.model.noun import Noun

DEFAULT_ORGANIZATION: Final = "default"
"""Owns every practice that nobody gave to another one; it is always there."""


def _is_a_name(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", value):
        msg = f"{value!r} is no name: use a-z, 0-9 and dashes"
        raise ValueError(msg)
    return value


Name = Annotated[str, AfterValidator(_is_a_name)]
"""What we call a thing: it fits into file names and addresses."""


class Organization(Noun):
    """Who owns practices; nothing ever crosses from one organization to another.

    Attributes:
        name: our name for it, unique, ``[a-z0-9-]+``.
        title: its name for people.
    """

    name: Name
    title: str = ""
