"""How the browser is set up: the closed form of `playwright.config.json`.

A key that does not exist is an error that names itself and the keys that do, at every depth.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, Field, ValidationError, model_validator

from automation.errors import BadFile
from automation.model import Noun


class Viewport(Noun):
    """Size of the page in CSS pixels."""

    width: int = Field(default=1440, ge=200, le=8000)
    height: int = Field(default=900, ge=200, le=8000)


class Timeouts(Noun):
    """How long to wait at most, in milliseconds; 0 is not "for ever" here but refused."""

    action_ms: int = Field(default=10_000, ge=1)
    navigation_ms: int = Field(default=30_000, ge=1)
    launch_ms: int = Field(default=60_000, ge=1)


class BrowserProfile(Noun):
    """One browser set-up.

    Attributes:
        executable: the browser to run; None looks for one.
        channel: a Playwright channel (``chrome``, ``msedge``) to run instead; None looks for one.
        headless: no window.
        viewport: size of the page.
        locale: BCP 47 language of the page.
        timezone: IANA zone of the page's clock.
        timeouts: limits of waiting.
        args: flags for Chromium, beside those that Playwright gives it.
        no_sandbox_when_root: Chromium's sandbox does not start for root; True leaves it off then,
            and only then.
    """

    executable: Path | None = None
    channel: str | None = None
    headless: bool = True
    viewport: Viewport = Viewport()
    locale: str = Field(default="en-US", min_length=2)
    timezone: str = Field(default="America/New_York", min_length=1)
    timeouts: Timeouts = Timeouts()
    args: tuple[str, ...] = ()
    no_sandbox_when_root: bool = True

    @model_validator(mode="after")
    def _one_browser(self) -> Self:
        if self.executable and self.channel:
            raise ValueError("`executable` and `channel` name two browsers; set one to null")
        return self

    @model_validator(mode="after")
    def _sandbox_is_a_switch(self) -> Self:
        if any(arg.startswith(("--no-sandbox", "--disable-setuid-sandbox")) for arg in self.args):
            raise ValueError("`args` turns the sandbox off for everyone; use no_sandbox_when_root")
        return self

    def using(
        self, *, executable: Path | None, channel: str | None, headless: bool | None
    ) -> BrowserProfile:
        """Put what the environment says over what the file says; None leaves the file's value."""
        changed: dict[str, Any] = {}
        if executable or channel:
            changed = {"executable": executable, "channel": None if executable else channel}
        if headless is not None:
            changed["headless"] = headless
        return self.model_copy(update=changed)


def read_profile(path: Path) -> BrowserProfile:
    """Read the configuration file.

    Raises:
        BadFile: it is missing, not JSON, has a key that does not exist, or an impossible value.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise BadFile(str(path), f"cannot be read: {problem.strerror}") from problem
    except UnicodeDecodeError:
        raise BadFile(str(path), "is not UTF-8 text") from None
    except json.JSONDecodeError as problem:
        place = f"line {problem.lineno}, column {problem.colno}"
        raise BadFile(str(path), f"{place}: is not JSON: {problem.msg}") from None
    try:
        return BrowserProfile.model_validate_json(json.dumps(content))
    except ValidationError as problem:
        told = "; ".join(
            _told(error["type"], error["loc"], error["msg"]) for error in problem.errors()
        )
        raise BadFile(str(path), told) from None


def _told(kind: str, place: tuple[int | str, ...], message: str) -> str:
    where = ".".join(str(part) for part in place)
    if kind == "extra_forbidden":
        return f"{where}: unknown key; valid keys: {', '.join(_keys_at(place[:-1]))}"
    said = message.removeprefix("Value error, ")
    return f"{where}: {said}" if where else said


def _keys_at(place: tuple[int | str, ...]) -> list[str]:
    """The keys that are valid inside this part of the file."""
    model: type[BaseModel] = BrowserProfile
    for part in place:
        inner = model.model_fields[str(part)].annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return sorted(model.model_fields)
