"""The review of records that may be the same: found, shown with their points, decided by people.

Nothing is ever merged. A decision is kept beside both records, with who decided it and when.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from automation import audit
from automation.entities import Entity, plural
from automation.pipeline import Tools
from automation.serve.callers import Caller
from automation.serve.likeness import Likeness, likeness
from automation.serve.problems import Problem
from automation.store import Decided, Likenesses, Pair

KINDS: Final = ("client", "patient")
DECIDE: Final = "reconciliation:decide"
_BATCH: Final = 100
_MOST_LOOKED_AT: Final = 1000
"""Records that one request looks at; a page may be empty, and still there is more."""
_OWNER: Final = "clients:read"
_BEGIN: Final = ("", "")
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A page of the review.

    Attributes:
        data: the pairs.
        end: where it goes on; None where it ends.
    """

    data: list[Facts]
    end: Pair | None


class Reconciliation:
    """Finds, shows and decides pairs, within the reach of callers.

    Args:
        tools: what the stages work with.
    """

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def page(
        self, caller: Caller, kind: str, *, state: str, least: int, limit: int, after: Pair | None
    ) -> Reviewed:
        """A page of pairs.

        Args:
            caller: who asks.
            kind: ``client`` or ``patient``.
            state: ``open``: nobody decided of them; else what was decided.
            least: only those with so many points.
            limit: how many, unless the records of the last one have more pairs.
            after: where the page before ended.

        Raises:
            Problem: the caller may not read the kind.
        """
        caller.refuse(f"{plural(kind)}:read")
        found = Likenesses(self._tools.store.database, caller.reach)
        if state != "open":
            return await self._decided(caller, found, kind, state, limit, after or _BEGIN)
        data: list[Facts] = []
        end, looked_at = after or _BEGIN, 0
        while looked_at < _MOST_LOOKED_AT:
            ids = await found.next_ids(kind, end, _BATCH)
            if not ids:
                return Reviewed(data, None)
            pairs = await self._of(found, kind, ids)
            rows = await self._shown(caller, found, kind, pairs, least=least)
            by_first: dict[str, list[Facts]] = {}
            for pair, row in rows.items():
                if row["state"] == "open":
                    by_first.setdefault(_leading(pair, ids), []).append(row)
            for each in ids:
                data += by_first.get(each[1], [])
                looked_at, end = looked_at + 1, each
                if len(data) >= limit:
                    return Reviewed(data, end)
        return Reviewed(data, end)

    async def decide(self, caller: Caller, kind: str, pair: Pair, state: str, note: str) -> Facts:
        """Keep what a person decided of two records.

        Raises:
            Problem: the caller may not, or may not see both, or they are in one place.
        """
        caller.refuse(DECIDE)
        caller.refuse(f"{plural(kind)}:read")
        found = Likenesses(self._tools.store.database, caller.reach)
        records = await found.records(kind, pair)
        if len(records) != len({*pair}) or pair[0] >= pair[1]:
            raise Problem(404, "not_found", f"there is no such pair of {plural(kind)}",
                          remedy="Take a pair that the list shows, in its order.")  # fmt: skip
        first, second = (records[number] for number in pair)
        if not _apart(first, second):
            told = "both are in one place; what is twice there is for the practice to mend"
            raise Problem(409, "state_conflict", told,
                          remedy="Join them in the portal.")  # fmt: skip
        at = self._tools.clock.now()
        decided = Decided(*pair, kind, first.practice, second.practice, state, caller.actor, note,
                          at.timestamp())  # fmt: skip
        await found.decide(decided)
        with audit.acting(actor=caller.actor, organization=caller.token.organization):
            detail = {"first": pair[0], "second": pair[1], "state": state}
            self._tools.audit.note("likeness.decided", practice=first.practice, detail=detail)
        rows = await self._shown(caller, found, kind, [pair], least=0)
        return rows[pair]

    async def _of(self, found: Likenesses, kind: str, ids: Sequence[Pair]) -> list[Pair]:
        """The pairs that begin with some records: each pair with that which comes first."""
        partners = await found.partners(kind, [number for _, number in ids])
        others = {number for some in partners.values() for number in some}
        records = await found.records(kind, {number for _, number in ids} | others)
        pairs = []
        for _, number in ids:
            for other in sorted(partners.get(number, ())):
                one, two = records.get(number), records.get(other)
                if one and two and _apart(one, two) and _place(one) < _place(two):
                    pairs.append(_pair(number, other))
        return pairs

    async def _decided(
        self,
        caller: Caller,
        found: Likenesses,
        kind: str,
        state: str,
        limit: int,
        after: Pair,
    ) -> Reviewed:
        decisions = await found.decisions(kind, state, after, limit + 1)
        pairs = [(each.first, each.second) for each in decisions[:limit]]
        rows = await self._shown(caller, found, kind, pairs, least=0)
        return Reviewed([*rows.values()], pairs[-1] if len(decisions) > limit else None)

    async def _shown(
        self, caller: Caller, found: Likenesses, kind: str, pairs: Collection[Pair], *, least: int
    ) -> dict[Pair, Facts]:
        """Pairs as callers see them; those of which one is gone or out of reach are left out."""
        records = await found.records(kind, {number for pair in pairs for number in pair})
        owners = await self._owners(caller, found, records.values())
        decided = await found.decided(pairs)
        shown = {}
        for pair in pairs:
            if not {*pair} <= records.keys():
                continue
            first, second = (records[number] for number in pair)
            whose = (owners.get(_owner(first)), owners.get(_owner(second)))
            alike = likeness(first, second, whose)
            if alike.score >= least:
                shown[pair] = _facts(first, second, alike, decided.get(pair))
        return shown

    async def _owners(
        self, caller: Caller, found: Likenesses, records: Iterable[Entity]
    ) -> Mapping[str, Entity]:
        """The owners of patients, for those who may read them."""
        ids = {number for each in records if (number := _owner(each))}
        return await found.records("client", ids) if ids and caller.may(_OWNER) else {}


def _owner(record: Entity) -> str:
    return getattr(record, "client_id", None) or ""


def _place(record: Entity) -> Pair:
    return record.practice, record.id


def _apart(one: Entity, other: Entity) -> bool:
    """Whether two records are in two practices, or at two locations of one."""
    if one.practice != other.practice:
        return True
    return None not in {one.location_id, other.location_id} and one.location_id != other.location_id


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def _leading(pair: Pair, ids: Sequence[Pair]) -> str:
    """That of two records which comes first in the order of practices and ids."""
    own = [number for _, number in ids if number in pair]
    return own[0]


def _facts(first: Any, second: Any, alike: Likeness, decided: Decided | None) -> Facts:  # noqa: ANN401 - entities
    at = None if decided is None else datetime.fromtimestamp(decided.at, UTC)
    return {
        "object": "likeness",
        "id": f"{first.id}~{second.id}",
        "kind": first.kind,
        "state": "open" if decided is None else decided.state,
        "score": alike.score,
        "points": [
            {"feature": each.feature, "points": each.points, "why": each.why}
            for each in alike.points
        ],
        "first": _side(first),
        "second": _side(second),
        "decided_by": None if decided is None else decided.by,
        "decided_at": at,
        "note": "" if decided is None else decided.note,
    }


def _side(record: Any) -> Facts:  # noqa: ANN401 - an entity
    return {
        "id": record.id,
        "practice": record.practice,
        "location_id": record.location_id,
        "name": record.name,
    }
