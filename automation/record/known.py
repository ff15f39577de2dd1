"""What is known before a recording begins, and what a typed text therefore means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from automation import vault
from automation.browser import Action
from automation.errors import Refused
from automation.model import Credential, FlowInput, Practice, Secret
from automation.wire import words

USERNAME: Final = "{{ credential.username }}"
PASSWORD: Final = "{{ credential.password }}"  # noqa: S105 - a template, not a password
CODE: Final = "{{ totp }}"
LABEL: Final = "{{ practice.label }}"
_DIGITS: Final = re.compile(r"\d{6,8}")
_CODE_WORDS: Final = re.compile(
    r"one.?time|\botp\b|totp|authenticat|verif|security.?code|2fa|mfa|two.?factor", re.IGNORECASE
)
_LONGEST_NAME: Final = 40
AN_ID: Final = re.compile(
    r"\d+|[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}|(?=.*\d)[\w-]{16,}", re.IGNORECASE
)
"""A part of an address that names a thing."""


@dataclass(frozen=True)
class Known:
    """What the recorder knows of the practice, to recognise it when it is typed or shown.

    Attributes:
        base_url: the practice's base URL; addresses below it are recorded as paths.
        secrets: secret values by template name (``credential.username``).
        label: what the portal calls the practice; empty when it is not known.
        is_code: tells whether a text is a one-time code of about now.
    """

    base_url: str
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    label: str = ""
    is_code: Callable[[str], bool] = lambda _text: False

    @classmethod
    def of(
        cls, practice: Practice, secrets: Mapping[str, Secret], now: Callable[[], datetime]
    ) -> Known:
        """What is known of a practice.

        Args:
            practice: where the recording happens.
            secrets: its secrets, by the names of :class:`Credential`.
            now: the current time, for codes.

        Raises:
            BadArgument: the TOTP secret is none.
        """
        names = Credential()
        shared = secrets.get(names.totp)
        totp = vault.Totp.parse(shared) if shared else None

        def is_code(text: str) -> bool:
            if totp is None:
                return False
            moments = [now() + steps * timedelta(seconds=totp.period) for steps in (-1, 0, 1)]
            return any(totp.code(moment) == Secret(text) for moment in moments)

        typed = {name: secret for name, secret in secrets.items() if name != names.totp}
        return cls(practice.base_url, typed, practice.label, is_code)

    def template_for(self, text: str) -> str | None:
        """The template of a text that is exactly a known value."""
        for name, secret in self.secrets.items():
            if secret and secret == Secret(text):
                return f"{{{{ {name} }}}}"
        return LABEL if self.label and text == self.label else None

    def stands_in(self, text: str) -> bool:
        """Tell whether a secret is part of a text."""
        return any(secret and secret.reveal() in text for secret in self.secrets.values())

    def password_stands_in(self, text: str) -> bool:
        """Tell whether the password is part of a text."""
        password = self.secrets.get("credential.password")
        return password is not None and bool(password) and password.reveal() in text


class Inputs:
    """The inputs a flow declares, collected while its typed texts are read.

    Args:
        known: what is known of the practice.
        writes: whether the flow writes: what is chosen from a list, and the thing whose address
            is opened by hand, is then part of what is written, otherwise part of the way.

    Attributes:
        declared: the inputs so far, by name.
    """

    def __init__(self, known: Known, *, writes: bool = False) -> None:
        """Begin without inputs."""
        self.declared: dict[str, FlowInput] = {}
        self._known = known
        self._writes = writes

    def value_of(self, action: Action) -> str:
        """The value of a fill step: a template, or nothing for an emptied field.

        Raises:
            Refused: a secret was typed that belongs to nothing that is known.
        """
        if action.value is None:
            raise _unknown_secret(action)
        text = action.value.reveal()
        if not text:
            return ""
        found = self._known.template_for(text) or self._recognised(action, text)
        return found or self.declare(action, text)

    def chosen(self, action: Action) -> str:
        """The option of a select step: a template, or the words that were chosen."""
        text = action.value.reveal() if action.value else ""
        if self._known.label and text == self._known.label:
            return LABEL
        return self.declare(action, text) if text and self._writes else text

    def address(self, url: str) -> str:
        """An address below the practice's own, with the things it names as inputs."""
        if not self._writes:
            return url
        path, mark, rest = url.partition("?")
        parts = path.split("/")
        before = ("", *parts)
        named = [
            self._input("_".join((*words(before[at]), "id")), part)
            if AN_ID.fullmatch(part) and part.strip("0")
            else part
            for at, part in enumerate(parts)
        ]
        return "/".join(named) + mark + rest

    def declare(self, action: Action, text: str) -> str:
        """Make a typed text an input, named after its field; the same text keeps its name."""
        return self._input(_name_of(action), text)

    def _input(self, base: str, text: str) -> str:
        name = base
        number = 1
        while self.declared.get(name, FlowInput(example=text)).example != text:
            number += 1
            name = f"{base}_{number}"
        self.declared[name] = FlowInput(example=text)
        return f"{{{{ input.{name} }}}}"

    def _recognised(self, action: Action, text: str) -> str | None:
        """The template of a text whose field or form says what it is."""
        hints = action.field.autocomplete.split()
        digits = bool(_DIGITS.fullmatch(re.sub(r"[\s-]", "", text)))
        if "one-time-code" in hints:
            return CODE
        if digits and (_asks_for_code(action) or self._known.is_code(text)):
            return CODE
        if "new-password" in hints:
            raise _unknown_secret(action)
        if action.field.type == "password" or "current-password" in hints:
            return PASSWORD
        if action.field.secret:
            raise _unknown_secret(action)
        names = "username" in hints or (action.field.with_password and action.field.type == "email")
        return USERNAME if names else None


def _asks_for_code(action: Action) -> bool:
    return bool(_CODE_WORDS.search(" ".join(_texts_of(action))))


def _texts_of(action: Action) -> list[str]:
    """What a field is called, the words for people first."""
    if action.element is None:
        return []
    by_kind = {each.kind: each.name or each.value for each in action.element.candidates}
    kinds = ("label", "role", "placeholder", "title", "field", "id")
    unnamed = {"textbox", "searchbox", "combobox", "button"}
    return [by_kind[kind] for kind in kinds if by_kind.get(kind, "textbox") not in unnamed]


def _name_of(action: Action) -> str:
    for text in _texts_of(action):
        name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:_LONGEST_NAME].strip("_")
        if name and not name[0].isdigit():
            return name
    return "text"


def _unknown_secret(action: Action) -> Refused:
    names = [text for text in _texts_of(action) if text]
    return Refused(
        f"something secret was typed into {names[0] if names else 'a field'!r} that is not a "
        "credential of the practice",
        remedy="Record the flow without it; only the practice's own credentials can be replayed.",
    )
