"""What the paths of an operation can do beside JMESPath: times, and looking through lists.

A filter of JMESPath sees the item only; ``having``, ``lacking`` and ``during`` compare each item of
a list with something that is known elsewhere.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from jmespath.functions import Functions, signature
from pydantic import JsonValue

from automation.normalise import read_datetime
from automation.wire import canonical

if TYPE_CHECKING:
    from jmespath.functions import _Signature

_TIME: Final[_Signature] = {"types": ["string", "number", "null"]}
_LIST: Final[_Signature] = {"types": ["array", "null"]}
_OF_ITEM: Final[_Signature] = {"types": ["expref"]}
_ANY: Final[_Signature] = {"types": []}


class PathFunctions(Functions):
    """The functions of paths; times without offset are those of one zone.

    Args:
        zone: of the practice's clocks.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    @signature(_TIME)
    def _func_moment(self, time: JsonValue) -> float | None:
        """A time as seconds since 1970, in whatever notation it is written."""
        return self._seconds(time)

    @signature(_TIME, {"types": ["number"]})
    def _func_later(self, time: JsonValue, minutes: float) -> float | None:
        """A time so many minutes after another, as seconds since 1970."""
        begin = self._seconds(time)
        return None if begin is None else begin + timedelta(minutes=minutes).total_seconds()

    @signature(_TIME)
    def _func_iso(self, time: JsonValue) -> str | None:
        """A time as ISO 8601 writes it, on the clocks of the zone."""
        seconds = self._seconds(time)
        return None if seconds is None else datetime.fromtimestamp(seconds, self._zone).isoformat()

    @signature(_TIME, _TIME)
    def _func_minutes(self, begin: JsonValue, end: JsonValue) -> float | None:
        """How many minutes lie between two times."""
        first, last = self._seconds(begin), self._seconds(end)
        return None if first is None or last is None else (last - first) / 60

    @signature(_LIST, _OF_ITEM, _ANY)
    def _func_having(
        self,
        items: list[JsonValue] | None,
        of: Any,  # noqa: ANN401 - an expression
        value: JsonValue,
    ) -> list[JsonValue]:
        """The items of which a path gives this value."""
        wanted = canonical(value)
        return [item for item in items or () if canonical(_at(of, item)) == wanted]

    @signature(_LIST, _OF_ITEM, _ANY)
    def _func_lacking(
        self,
        items: list[JsonValue] | None,
        of: Any,  # noqa: ANN401 - an expression
        value: JsonValue,
    ) -> list[JsonValue]:
        """The items of which a path gives another value."""
        wanted = canonical(value)
        return [item for item in items or () if canonical(_at(of, item)) != wanted]

    @signature(_LIST, _OF_ITEM, _OF_ITEM, _TIME, _TIME)
    def _func_during(
        self,
        items: list[JsonValue] | None,
        begin: Any,  # noqa: ANN401 - an expression
        end: Any,  # noqa: ANN401 - an expression
        since: JsonValue,
        until: JsonValue,
    ) -> list[JsonValue]:
        """The items that take place at some time of a span; what ends as it begins does not."""
        first, last = self._seconds(since), self._seconds(until)
        if first is None or last is None:
            return []
        found = []
        for item in items or ():
            starts, ends = self._seconds(_at(begin, item)), self._seconds(_at(end, item))
            if (starts is None or starts < last) and (ends is None or ends > first):
                found.append(item)
        return found

    @signature({"types": ["string", "null"]})
    def _func_lower(self, text: str | None) -> str:
        """A text in small letters; nothing is the empty text."""
        return (text or "").lower()

    @signature({"types": ["string", "number", "null"]})
    def _func_id_of(self, address: JsonValue) -> JsonValue:
        """What a thing is asked for by, of its address; a number where it is one."""
        text = None if address is None else id_in(address)
        return int(text) if text and text.isdecimal() else text

    @signature(_LIST, {"types": ["object"]})
    def _func_each_with(
        self, items: list[JsonValue] | None, more: dict[str, JsonValue]
    ) -> list[JsonValue]:
        """The objects of a list, each with the same more."""
        return [{**item, **more} for item in items or () if isinstance(item, dict)]

    def _seconds(self, time: JsonValue) -> float | None:
        moment = None if time is None else read_datetime(time, self._zone)
        return None if moment is None else moment.timestamp()


def id_in(address: JsonValue) -> str:
    """What an address ends with; what is none is an id itself."""
    text = canonical(address)
    whole = text.startswith(("http://", "https://"))
    return unquote(urlsplit(text).path.rstrip("/").rpartition("/")[2]) if whole else text


def _at(expression: Any, item: JsonValue) -> JsonValue:  # noqa: ANN401 - jmespath is not typed
    """What a path that stands in a path gives of an item."""
    found: JsonValue = expression.visit(expression.expression, item)
    return found
