"""A practice made of texts, as options and cells of tables give them."""

from __future__ import annotations

import math
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from automation.entities import ENTITIES
from automation.model import Pace, Portal, Practice, Secret, refuse_impossible
from automation.store import Erasure, Schedules

if TYPE_CHECKING:
    from automation.pipeline import Tools

TEXTS: Final = (
    "name",
    "portal",
    "base_url",
    "label",
    "timezone",
    "currency",
    "organization",
    "authorised_by",
    "authorised_at",
    "proxy",
    "ca_file",
    "quiet_hours",
    "pace",
    "parallel",
    "horizon",
    "opening_hours",
    "loopback",
)
"""What can be said of a practice in one text each."""
SCHEDULE: Final = "schedule"
"""The column that gives a practice the default cadence; no part of the practice itself."""

_WHERE: Final = ("base_url", "label")
"""A session of another place, or of another entry of the practice picker, is not this one's."""
_USUAL: Final = "default"
_YES: Final = frozenset({"yes", "true", "1"})
_NO: Final = frozenset({"no", "false", "0"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A practice with its secrets, good but not kept yet.

    Attributes:
        practice: the practice.
        secrets: its secrets, by the names of the vault.
        schedule: ``default`` or its opening hours for the default cadence; none when empty.

    Raises:
        DraftError: these are no opening hours.
    """

    practice: Practice
    secrets: Mapping[str, Secret]
    schedule: str = ""

    def __post_init__(self) -> None:
        """See that the hours are ones."""
        try:
            refuse_impossible(self.hours)
        except ValueError:
            msg = f"{self.schedule!r} is no schedule: write default, or opening hours 08:00-18:00"
            raise DraftError([(SCHEDULE, msg)]) from None

    @property
    def hours(self) -> tuple[str, ...]:
        """The opening hours that are said; empty for the usual ones."""
        return () if self.schedule in {"", _USUAL} else _spans(self.schedule)


class DraftError(ValueError):
    """Texts make no practice.

    Attributes:
        problems: each as its field and what is wrong with it.
        said: what is wrong, with the values.
        advised: each field with what to write instead, without any value.
    """

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        self.said = "; ".join(said for _, said in problems)
        self.advised = tuple(f"{field}: {said.rpartition(': ')[2]}" for field, said in problems)
        super().__init__(self.said)


def drafted(
    texts: Mapping[str, str], portal: Portal, *, now: datetime, before: Practice | None = None
) -> Practice:
    """The practice that texts describe.

    Args:
        texts: by the names of ``TEXTS``; an empty one is what it is without saying.
        portal: its portal, which says how fast it may be asked and what its zone and currency are.
        now: when the authorisation was given, where nothing else is said.
        before: what it was so far; what no text is about stays.

    Raises:
        DraftError: a text cannot be.
    """
    facts: dict[str, object] = {} if before is None else before.model_dump()
    problems = []
    for field in TEXTS:
        if before is not None and field not in texts:
            continue
        try:
            facts |= _read(field, texts.get(field, "").strip(), portal, facts)
        except ValueError as problem:
            problems.append((field, str(problem)))
    when = _authorised_at(facts, texts, before) or now
    facts["authorised_at"] = when if facts["authorised_by"] else None
    try:
        made = Practice.model_validate(facts)
    except ValidationError as problem:
        problems += [_said(each) for each in problem.errors()]
    else:
        if not problems:
            return made
    raise DraftError(problems)


async def keep_new(tools: Tools, draft: Draft) -> None:
    """Keep a practice with its secrets, all of it or nothing.

    Raises:
        BadArgument: its name is taken.
        NotKnown: there is no organization of its owner's name.
    """
    name = draft.practice.name
    await tools.store.add_practice(draft.practice)
    try:
        await _keep_secrets(tools, draft)
        await _keep_schedules(tools, draft)
    except BaseException:
        await Erasure(tools.store.database).forget(name)
        raise
    owner = {"organization": draft.practice.organization, "portal": draft.practice.portal}
    tools.audit.note("practice.added", practice=name, detail=owner)


async def keep_changed(tools: Tools, draft: Draft) -> None:
    """Put a practice, and the secrets that the draft has, in the place of those that are there."""
    before = await tools.store.practice(draft.practice.name)
    await close_moved(tools, before, draft.practice)
    await tools.store.update_practice(draft.practice)
    await _keep_secrets(tools, draft)
    await _keep_schedules(tools, draft)
    tools.audit.note("practice.changed", practice=draft.practice.name)


async def close_moved(tools: Tools, before: Practice, wanted: Practice) -> None:
    """Close the session of a practice that is about to be in another place."""
    if any(getattr(wanted, field) != getattr(before, field) for field in _WHERE):
        await tools.sessions.close(before)


async def _keep_secrets(tools: Tools, draft: Draft) -> None:
    for name, secret in draft.secrets.items():
        await tools.sessions.put_secret(draft.practice.name, name, secret)


async def _keep_schedules(tools: Tools, draft: Draft) -> None:
    """Give a practice the default cadence, if that is said."""
    if not draft.schedule:
        return
    from automation.worker import OPENING_HOURS, default_schedules

    mapped = {mapping.entity for mapping in tools.catalog.mappings(draft.practice.portal)}
    hours = draft.hours or OPENING_HOURS
    made = default_schedules(draft.practice, mapped, tools.clock.now(), hours=hours)
    await Schedules(tools.store.database).add(*made, replace=True)


def _authorised_at(
    facts: Mapping[str, object], texts: Mapping[str, str], before: Practice | None
) -> object:
    """What is said of when we were allowed in; None when somebody new allowed it just now."""
    unsaid = not texts.get("authorised_at", "").strip()
    if unsaid and (before is None or facts["authorised_by"] != before.authorised_by):
        return None
    return facts.get("authorised_at")


def _said(problem: ErrorDetails) -> tuple[str, str]:
    field = str(next(iter(problem["loc"]), "practice"))
    return field, str(problem.get("ctx", {}).get("error") or f"{field}: {problem['msg']}")


def _read(
    field: str, text: str, portal: Portal, facts: Mapping[str, object]
) -> Mapping[str, object]:
    """What one text says.

    Raises:
        ValueError: it says nothing that can be; the words after the last colon hold no value.
    """
    if not text:
        unsaid = _UNSAID.get(field)
        return {field: ""} if unsaid is None else unsaid(portal)
    if field in {"pace", "parallel"}:
        before = Pace.model_validate(facts.get("pace") or portal.pace)
        number = {"per_second": _pace(text)} if field == "pace" else {"parallel": _count(text)}
        return {"pace": before.model_copy(update=number).model_dump()}
    if field == "authorised_at":
        zone = str(facts.get("timezone") or portal.timezone)
        return {field: _moment(text, zone)}
    return {field: _READ.get(field, str)(text)}


def _pace(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        msg = f"{text!r} is no pace: write the requests per second, like 0.5"
        raise ValueError(msg)
    return number


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 64):  # noqa: PLR2004 - more is no politeness
        msg = f"{text!r} is no number of parallel reads: write 1 to 64"
        raise ValueError(msg)
    return int(text)


def _moment(text: str, zone: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
    except (ValueError, OSError):
        msg = f"{text!r} is no time: write one like 2026-03-02 or 2026-03-02T09:30:00-06:00"
        raise ValueError(msg) from None


def _yes_or_no(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        msg = f"{text!r} is neither: write yes or no"
        raise ValueError(msg)
    return text.lower() in _YES


def _ca_file(text: str) -> str:
    path = Path(text).expanduser().absolute()
    try:
        ssl.create_default_context(cafile=str(path))
    except (OSError, ValueError):  # an SSLError is an OSError
        msg = f"{path} holds no certificates: name a PEM file that this user may read"
        raise ValueError(msg) from None
    return str(path)


def _base_url(text: str) -> str:
    return text.rstrip("/")


def _spans(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").replace(";", " ").split())


def _horizons(text: str) -> tuple[str, ...]:
    found = _spans(text)
    for each in found:
        if (kind := each.partition("=")[0]) not in ENTITIES:
            msg = f"{kind!r} is no kind of entities: write one like appointment=365:90"
            raise ValueError(msg)
    return found


_READ: Final[Mapping[str, Callable[[str], object]]] = {
    "base_url": _base_url,
    "ca_file": _ca_file,
    "quiet_hours": _spans,
    "horizon": _horizons,
    "opening_hours": _spans,
    "loopback": _yes_or_no,
}

_UNSAID: Final[Mapping[str, Callable[[Portal], Mapping[str, object]]]] = {
    "timezone": lambda portal: {"timezone": portal.timezone},
    "currency": lambda portal: {"currency": portal.currency},
    "organization": lambda _: {},
    "authorised_at": lambda _: {},
    "proxy": lambda _: {"proxy": None},
    "ca_file": lambda _: {"ca_file": None},
    "quiet_hours": lambda _: {"quiet_hours": ()},
    "pace": lambda _: {"pace": None},
    "parallel": lambda _: {},
    "horizon": lambda _: {"horizon": ()},
    "opening_hours": lambda _: {"opening_hours": ()},
    "loopback": lambda _: {},
}
"""What is so when a text is empty, where that is not the empty text itself."""
