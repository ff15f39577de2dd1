"""Answers the templates of a flow: credentials, codes, the practice's label, inputs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from automation.errors import NotKnown
from automation.model import Credential, Practice, Secret

_NAMES = Credential()


class LoginValues:
    """The values of one run of a flow.

    Args:
        practice: the practice it runs for.
        secret: takes one of its secrets out of the safe.
        code: makes a one-time code, and may let time pass for it.
        inputs: what the run puts in.
    """

    def __init__(
        self,
        practice: Practice,
        *,
        secret: Callable[[str], Awaitable[Secret]],
        code: Callable[[], Awaitable[Secret]],
        inputs: Mapping[str, str],
    ) -> None:
        self._practice = practice
        self._secret = secret
        self._code = code
        self._open = {
            # a practice that never met a picker has no label of its own
            "practice.label": practice.label or practice.name,
            **{f"input.{name}": value for name, value in inputs.items()},
        }

    async def resolve(self, name: str) -> str | Secret:
        """The value of a name.

        Raises:
            NotKnown: nothing has this name.
        """
        if name in self._open:
            return self._open[name]
        if name in {_NAMES.username, _NAMES.password}:
            return await self._secret(name)
        if name == "totp":
            return await self._code()
        raise NotKnown("value", name, (*self._open, _NAMES.username, _NAMES.password, "totp"))
