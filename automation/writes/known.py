"""Known: what the paths of an operation look at, and how its values are filled from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urljoin
from zoneinfo import ZoneInfo

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import JsonValue

from automation.errors import AnswerNotUnderstood, BadFile
from automation.model import Filled, Operation, Practice, Profile, SettingValue
from automation.normalise import UnreadableError
from automation.replay import Later
from automation.wire import canonical
from automation.writes.functions import PathFunctions

_UTC: Final = ZoneInfo("UTC")
_EMPTY: Final[tuple[JsonValue, ...]] = (None, False, "", [], {})


@dataclass
class Known:
    """What is known so far of one write.

    Attributes:
        operation: what is done.
        practice: in which practice; gives the address around linked values.
        inputs: checked.
        marker: the text by which this write is found again where a portal has a free field.
        at: when it began, in ISO 8601.
        settings: values of the profile, by name.
        reads: what the reads before it gave, by name.
        steps: what the steps so far kept, by step and name.
    """

    operation: Operation
    practice: Practice
    inputs: Mapping[str, JsonValue]
    marker: str
    at: str
    settings: dict[str, JsonValue] = field(default_factory=dict)
    reads: dict[str, JsonValue] = field(default_factory=dict)
    steps: dict[str, dict[str, JsonValue]] = field(default_factory=dict)

    def value(self, path: str) -> JsonValue:
        """What a path gives.

        Raises:
            AnswerNotUnderstood: a time that the portal told is none.
        BadFile: a function in it does not take what it was given.
        """
        known = {
            "inputs": dict(self.inputs),
            "settings": self.settings,
            "reads": self.reads,
            "steps": self.steps,
            "write": {"marker": self.marker, "at": self.at},
        }
        return self.found(path, known)

    def found(self, path: str, document: object) -> JsonValue:
        """What a path gives of a document of the portal.

        Raises:
            AnswerNotUnderstood: a time in it is none.
            BadFile: a function in it does not take what it was given.
        """
        return found_at(path, document, self.operation, ZoneInfo(self.practice.timezone))

    def holds(self, path: str) -> bool:
        """Whether a condition holds; 0 does, as in JMESPath."""
        found = self.value(path)
        return not any(type(found) is type(empty) and found == empty for empty in _EMPTY)

    def filled(self, values: Mapping[str, Filled]) -> dict[str, JsonValue]:
        """The inputs of an endpoint; what has no value is left out."""
        found = {name: self.one(value) for name, value in values.items()}
        return {name: value for name, value in found.items() if value is not None}

    def one(self, value: Filled) -> JsonValue:
        """One value, as an address where it is to be one."""
        found = self.value(value.path)
        if value.link is None or found is None:
            return found
        if isinstance(found, list):
            return [self._linked(value.link, each) for each in found]
        return self._linked(value.link, found)

    def _linked(self, link: str, value: JsonValue) -> str:
        text = canonical(value)
        if text.startswith(("http://", "https://")):
            return text
        address = urljoin(f"{self.practice.base_url}/", link)
        if isinstance(value, Later):
            return Later(address.replace("{}", text))
        return address.replace("{}", quote(text, safe=""))

    def set_settings(self, profile: Profile | None) -> None:
        """Take the values of the practice's profile; what is not in it is null."""
        for name, plan in self.operation.settings.items():
            self.settings[name] = self._setting(plan, profile)

    def _setting(self, plan: SettingValue, profile: Profile | None) -> JsonValue:
        entries = profile.sections.get(plan.section) if profile else None
        if not entries:
            return None
        if plan.every:
            return self.found(plan.path, list(entries.values()))
        if plan.key is None:
            entry = next(iter(entries.values())) if len(entries) == 1 else None
        else:
            entry = entries.get(canonical(self.value(plan.key)))
        return self.found(plan.path, entry)


def found_at(path: str, document: object, operation: Operation, zone: ZoneInfo = _UTC) -> JsonValue:
    """What a path of an operation gives.

    Args:
        path: JMESPath with the functions of :class:`PathFunctions`.
        document: what it looks at.
        operation: whose path it is.
        zone: of times without offset.

    Raises:
        AnswerNotUnderstood: a time is none.
        BadFile: a function in it does not take what it was given.
    """
    options = jmespath.Options(custom_functions=PathFunctions(zone))
    try:
        found: JsonValue = jmespath.search(path, document, options=options)
    except JMESPathError as problem:
        said = str(problem).splitlines()[0]
        raise BadFile(f"operations/{operation.operation}.yaml", f"{path}: {said}") from None
    except UnreadableError as problem:
        raise AnswerNotUnderstood(f"{operation.operation}: {path}: {problem}") from None
    return found
