"""The audit log for callers: what was done in the practices within their reach."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import orjson

from automation.entities import instant_text
from automation.model import AuditEntry
from automation.pipeline import Tools
from automation.serve.callers import Caller
from automation.serve.cursors import digest_of, keys_cursor, keys_of, wrong_cursor
from automation.serve.problems import OTHER_TOKEN, Problem
from automation.serve.shapes import day_of
from automation.store import AuditWish

SCOPE: Final = "audit:read"
"""What a token needs."""
_KEYS: Final = 3
_LONGEST: Final = 18
_HIDDEN: Final = frozenset({"chain", "number", "mac", "detail"})
_PLAIN: Final = re.compile(r"[^\x00]*")
Facts = dict[str, Any]


class AuditReader:
    """Reads the audit log for callers.

    Args:
        tools: what the stages work with.
    """

    def __init__(self, tools: Tools) -> None:
        self._audit = tools.audit

    async def page(
        self, caller: Caller, given: Mapping[str, str], *, limit: int, cursor: str | None
    ) -> tuple[list[Facts], str | None]:
        """A page of entries, the latest first, and where it goes on.

        Args:
            caller: who asks.
            given: ``practice``, ``actor``, ``action``, ``at_from`` and ``at_to``.
            limit: size of the page.
            cursor: where it goes on, as the page before said.

        Raises:
            Problem: the caller may not, a value is not possible, or the cursor is none of this
                list.
        """
        caller.refuse(SCOPE)
        if caller.reach.locations:
            raise Problem(403, "insufficient_scope", "the token is restricted to locations",
                          remedy=OTHER_TOKEN)  # fmt: skip
        digest = digest_of(["audit_log", dict(given)])
        wish = AuditWish(
            reach=caller.reach,
            practice=_text(given, "practice"),
            actor=_text(given, "actor"),
            action=_text(given, "action"),
            since=_bound(given, "at_from"),
            until=_bound(given, "at_to"),
            before=None if cursor is None else _place(cursor, digest),
            limit=limit + 1,
        )
        await self._audit.flush()
        found = await self._audit.trail.page(wish)
        page = found[:limit]
        following = None
        if len(found) > limit:
            last = page[-1]
            following = keys_cursor((last.at, last.chain, str(last.number)), digest)
        return [shown_entry(each) for each in page], following


def shown_entry(entry: AuditEntry) -> Facts:
    """An entry as callers see it; what proves that it is genuine stays here."""
    facts = {name: text for name, text in asdict(entry).items() if name not in _HIDDEN}
    try:
        detail = orjson.loads(entry.detail)
    except ValueError:  # somebody altered it; `vetportal audit verify` says so
        detail = {}
    number = f"{entry.chain}.{entry.number}"
    return {"object": "audit_entry", "id": number, **facts, "detail": detail}


def _text(given: Mapping[str, str], name: str) -> str | None:
    text = given.get(name)
    if text is not None and not _PLAIN.fullmatch(text):
        raise _wrong(name, "it holds what no text has", "Give plain text.")
    return text


def _bound(given: Mapping[str, str], name: str) -> str:
    """A bound as entries have their times; a day is one of UTC, and the last day is included."""
    text = given.get(name)
    if text is None:
        return ""
    read = day_of(text)
    if read is None:
        raise _wrong(name, f"{text!r} is neither a day nor a time", "Write 2026-03-02.")
    if not isinstance(read, datetime):
        if name == "at_to":
            read = min(read, _LAST) + timedelta(days=1)
        read = datetime.combine(read, time(), UTC)
    if read.tzinfo is None:
        raise _wrong(name, f"{text!r} is no time with its offset", "Write 2026-03-02T08:00:00Z.")
    try:
        return instant_text(read)
    except OverflowError:
        raise _wrong(name, f"{text!r} is too far away", "Write a time of these years.") from None


_LAST: Final = date.max - timedelta(days=1)


def _place(cursor: str, digest: str) -> tuple[str, str, int]:
    at, chain, number = keys_of(cursor, digest, _KEYS)
    fine = number.isascii() and number.isdigit() and len(number) <= _LONGEST
    if not fine or not _PLAIN.fullmatch(at + chain):
        raise wrong_cursor()
    return at, chain, int(number)


def _wrong(name: str, why: str, remedy: str) -> Problem:
    return Problem(400, "invalid_request", f"{name}: {why}", remedy=remedy, parameter=name)
