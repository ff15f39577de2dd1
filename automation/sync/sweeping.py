"""What is gone gets a tombstone, once that is beyond doubt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import structlog

from automation import store
from automation.errors import NotPermitted, PortalChanged, Transient
from automation.model import Coverage, Mapping, Practice, Upkeep
from automation.sync.days import by_dates
from automation.sync.plan import Plan
from automation.sync.reading import Reading

_SHORT: Final = 16
"""Pages of a list that is read again before more is believed to be gone than usual."""

_log: Final = structlog.get_logger()


class Sweeping:
    """Gives tombstones to what a reading did not meet.

    Of a kind that was not read as a whole nothing is removed: when one of the endpoints it comes
    from, or the list behind one, was read by its changes only, failed, has a gap or is not
    permitted. Items that move from one day to another while a calendar is read look gone, and so do
    rows whose place in a list changes with the key or cursor that it goes on by; where something is
    missing there, it is read again. Where more is missing than the portal's `upkeep`
    lets pass, it needs evidence: the list itself states as many items as were read, twice for a
    short one, or an earlier run missed the same.

    Args:
        reading: that is over.
        plan: what was read.
        rows: where it went.
        practice: whose.
        run: id of the run.
        upkeep: what may be missing at once.

    Attributes:
        kept: why nothing was removed, by kind.
        doubts: what is missing and not believed to be gone, in words.
    """

    def __init__(
        self,
        reading: Reading,
        plan: Plan,
        rows: store.Store,
        practice: Practice,
        run: str,
        upkeep: Upkeep,
    ) -> None:
        self._reading, self._plan, self._rows = reading, plan, rows
        self._practice, self._run, self._upkeep = practice, run, upkeep
        self._again: set[str] = set()
        self.kept: dict[str, str] = {}
        self.doubts: list[str] = []

    async def sweep(self) -> None:
        """Remove what is gone, kind by kind; also ones of which only a part is mapped now.

        Raises:
            VetportalError: something had to be read again, and the session is gone, say.
        """
        mappings = self._plan.in_force(self._reading.coverage)
        for kind in dict.fromkeys(mapping.entity for mapping in mappings):
            own = [each for each in mappings if each.entity == kind]
            names = {name for mapping in own for name in self._plan.needs(mapping)}
            needed = sorted(names, key=lambda name: (name not in self._plan.tables, name))
            mapped = {name for mapping in own for name in mapping.endpoints}
            direct = sorted(mapped - self._plan.covered.keys())
            if why := self._not_whole(needed):
                self.kept[kind] = why
                continue
            scope = self._scope(own, needed)
            if await self._is_gone(kind, scope, direct):
                removed = await self._rows.sweep(kind, scope=scope, run=self._run)
                self._reading.intake.count_removed(kind, removed)
        await self._reading.intake.flush()

    def _scope(self, mappings: Sequence[Mapping], needed: Sequence[str]) -> store.Scope:
        read = [self._reading.coverage[name].days for name in needed]
        spans = [each for each in read if each is not None]
        began = max(self._reading.coverage[name].began_at for name in needed)
        return self._plan.horizons.scope(self._practice, mappings, spans, began)

    def _not_whole(self, names: list[str]) -> str:
        for name in names:
            found = self._reading.coverage.get(name)
            if found is None:
                return f"{name} was not read"
            if found.whole:
                continue
            if found.ended != "complete":
                return f"{name}: {found.ended.replace('_', ' ')}"
            due = f"by {found.full_due_at:%Y-%m-%d %H:%M} UTC" if found.full_due_at else "soon"
            return f"{name} was read by its changes; everything is read {due}"
        return ""

    async def _is_gone(self, kind: str, scope: store.Scope, direct: list[str]) -> bool:
        """Whether what is missing may be removed."""
        loss = await self._rows.readings.missing(kind, scope=scope, run=self._run)
        if loss.missing:
            if not await self._seen_again(self._may_have_moved(direct), kind):
                return False
            loss = await self._rows.readings.missing(kind, scope=scope, run=self._run)
        if not self._is_much(loss):
            self._doubt(kind, direct, 0)
            return True
        short = [name for name in direct if self._reading.coverage[name].pages <= _SHORT]
        if not await self._seen_again(short, kind):
            return False
        loss = await self._rows.readings.missing(kind, scope=scope, run=self._run)
        if not self._is_much(loss) or self._is_proven(kind, loss, direct):
            self._doubt(kind, direct, 0)
            return True
        said = f"{loss.missing} of {loss.known} {kind} entities are missing"
        self.kept[kind] = f"{said}, and nothing but their absence says so"
        self.doubts.append(said)
        self._doubt(kind, direct, loss.missing)
        return False

    def _may_have_moved(self, direct: list[str]) -> list[str]:
        """Of these, and of the lists whose items they are called for, what a row may move in."""
        found: dict[str, None] = {}
        for name in direct:
            line = [*self._plan.line(name)][::-1]
            hiding = (at for at, each in enumerate(line) if self._hides_moves(each))
            found |= dict.fromkeys(line[next(hiding, len(line)) :])
        return [*found]

    def _hides_moves(self, name: str) -> bool:
        """Whether an item may move, unnoticed, to where its list was read already."""
        endpoint = self._plan.endpoint(name)
        rule = endpoint.pagination
        if rule is None or rule.kind not in {"cursor", "keyset", "next"}:
            return by_dates(endpoint)
        if rule.kind == "next":  # the link may go by what is in the row
            return rule.stop.total is None
        goes_by = rule.source.json_path if rule.source else None
        own = endpoint.response.key  # what tells items apart stays as it is
        return rule.kind == "cursor" or goes_by not in {None, own}

    def _is_much(self, loss: store.Loss) -> bool:
        most = max(self._upkeep.loss_least, self._upkeep.loss * loss.known)
        return loss.missing > most

    def _is_proven(self, kind: str, loss: store.Loss, direct: list[str]) -> bool:
        """Whether the lists themselves state how few there are, or an earlier run missed them."""
        found = [self._reading.coverage[name] for name in direct]
        stated = all(one.total is not None and one.total == one.items for one in found)
        known = max((one.doubted.get(kind, 0) for one in found), default=0)
        return stated or 0 < known <= loss.missing

    async def _seen_again(self, names: list[str], kind: str) -> bool:
        """Read endpoints again; where that fails, what is missing stays."""
        for name in names:
            if name in self._again:
                continue
            self._again.add(name)
            _log.info("endpoint_read_again", endpoint=name, kind=kind)
            try:
                await self._reading.again(name)
            except (PortalChanged, Transient, NotPermitted) as problem:
                self.kept[kind] = f"{name} could not be read again: {problem.message}"
                self.doubts.append(self.kept[kind])
                return False
        return True

    def _doubt(self, kind: str, direct: list[str], missing: int) -> None:
        """Remember for the next run what is missing, or that nothing is doubted any more."""
        for name in direct:
            before: Coverage = self._reading.coverage[name]
            doubted = {k: n for k, n in before.doubted.items() if k != kind}
            if missing:
                doubted[kind] = missing
            if doubted != before.doubted:
                self._reading.keep(before.model_copy(update={"doubted": doubted}))
