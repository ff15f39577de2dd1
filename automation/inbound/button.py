"""A click on the portal's own button: proven by a salted hash, and what was shown there."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from automation.entities import Entity
from automation.errors import Refused
from automation.model import Button, Secret

_SECONDS: Final = re.compile(r"[0-9]{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Click:
    """A click that is proven.

    Attributes:
        parameter: the parameter with the id of what was shown.
        record: that id, as the portal calls it.
        said: every value that the hash covers, by its parameter; nothing else is believed.
    """

    parameter: str
    record: str
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """What a click opens.

    Attributes:
        shown: our entity that the portal showed.
        beside: other entities that the click names, by kind.
        said: every value that the hash covers, by its parameter.
    """

    shown: Entity
    beside: Mapping[str, Entity] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)


def read_click(
    button: Button, salt: Secret, pairs: Sequence[tuple[str, str]], *, now: datetime
) -> Click:
    """What was shown when somebody clicked.

    Args:
        button: how the portal says it.
        salt: of the practice.
        pairs: names and values of the query or form, in the order they came.
        now: the current time.

    Raises:
        Refused: the hash does not fit, is missing or not the last; a name stands there twice; the
            click is too old; or it shows nothing that we know.
    """
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names) or not names or names[-1] != button.hash:
        raise Refused("the click has no hash at its end, or says a name twice")
    covered = list(pairs[:-1] if button.covers == "all" else pairs[:-1][:1])
    values = "".join([salt.reveal(), *(value for _, value in covered)])
    wanted = hashlib.new(button.digest, values.encode("utf-8", "surrogatepass")).hexdigest()
    given = pairs[-1][1].strip().lower()
    if not hmac.compare_digest(wanted.encode(), given.encode("utf-8", "surrogatepass")):
        raise Refused(
            "the hash of the click does not fit",
            remedy="Compare the verification salt of the button with that of the practice, and "
            f"what the hash includes: {_included(button)}.",
        )
    said = dict(covered)
    _refuse_old(button, said, now)
    parameter = next((name for name, _ in covered if name in button.shows), None)
    if parameter is None or not said[parameter]:
        raise Refused(f"the click shows none of {', '.join(button.shows)}")
    return Click(parameter, said[parameter], said)


def _included(button: Button) -> str:
    return "the whole payload" if button.covers == "all" else "the first value"


def _refuse_old(button: Button, said: Mapping[str, str], now: datetime) -> None:
    if button.at is None:
        return
    text = said.get(button.at, "")
    clicked = int(text) if _SECONDS.fullmatch(text) else 0
    if abs(now.timestamp() - clicked) > button.fresh_seconds:
        raise Refused("the click is too old", remedy="Click the button in the portal again.")
