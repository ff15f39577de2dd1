"""Mappings that follow their fields, when an answer has them under another name or elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from pydantic import JsonValue

from automation import drift, verify
from automation.model import Endpoint, Exchange, Heal, Mapping, Practice
from automation.pipeline.deciding import plain, put_patch
from automation.pipeline.healing import applied, cause_of
from automation.pipeline.tools import Tools
from automation.wire import format_path

_BACK: Final = 6
"""Earlier captures that are looked at for what is gone by now."""


async def heal_mappings(
    tools: Tools, practice: Practice, flow: str, proofs: Collection[verify.Proof]
) -> tuple[Heal, ...]:
    """Read each field of an answer where it is now, as the same items of an earlier capture tell.

    Args:
        tools: what to work with.
        practice: where.
        flow: name of the flow; it was captured since the portal changed.
        proofs: replay held against the screen of that flow, just now.

    Returns:
        The repairs: on probation where nearly all items say the same and replay equals the screen,
        else proposed. A field that is gone has none.
    """
    known = [each for each in tools.archive.ids(practice.name) if each.partition("-")[2] == flow]
    equal = {proof.endpoint for proof in proofs if proof.equal and proof.browser_items}
    shown = {
        name for name in equal if _flow_of(tools.catalog.endpoint(practice.portal, name)) == flow
    }
    read = [one for one in tools.catalog.mappings(practice.portal) if shown & {*one.endpoints}]
    found: list[Heal] = []
    if read and len(known) > 1:
        captures = _Captures(tools, practice, known[-1 - _BACK :])
        for mapping in read:
            for name in sorted(shown & {*mapping.endpoints}):
                endpoint = tools.catalog.endpoint(practice.portal, name)
                followed = captures.followed(mapping, endpoint)
                if followed is not None and endpoint.effect == "read":
                    found += await _decide(tools, practice, flow, mapping, followed)
    return tuple(found)


class _Captures:
    """The latest capture of a flow and some before it, each read once.

    Args:
        tools: what to work with.
        practice: where.
        ids: of the captures, oldest first.
    """

    def __init__(self, tools: Tools, practice: Practice, ids: Sequence[str]) -> None:
        self._tools, self._practice, self._ids = tools, practice, ids
        self._kept: dict[str, tuple[Exchange, ...]] = {}

    def followed(self, mapping: Mapping, endpoint: Endpoint) -> drift.Remapped | None:
        """The mapping as it reads the latest answers; None where it needs no repair or has none."""
        *earlier, latest = self._ids
        document, now = plain(mapping), self._items(latest, endpoint)
        for each in reversed(earlier):
            before = self._items(each, endpoint)
            if drift.lost_fields(document, before, now):
                return drift.remapped(document, before, now)
        return None

    def _items(self, capture: str, endpoint: Endpoint) -> tuple[JsonValue, ...]:
        if capture not in self._kept:
            read = self._tools.archive.read(self._practice.name, capture)
            self._kept[capture] = read.exchanges
        return verify.kept_items(endpoint, self._kept[capture], self._practice.base_url)


async def _decide(
    tools: Tools, practice: Practice, flow: str, mapping: Mapping, followed: drift.Remapped
) -> tuple[Heal, ...]:
    """Apply a repair where nothing speaks against it; it stays as it is where somebody decided."""
    before = plain(mapping)
    one_answer = len(mapping.endpoints) == 1  # others may have the field where it was
    same_key = before["key"] == followed.mapping["key"]  # the endpoint tells items apart by it
    cause = await cause_of(tools, practice, flow, format_path(followed.ways[0].before))
    heal = Heal(
        portal=practice.portal,
        practice=practice.name,
        kind="mapping",
        fingerprint=cause.fingerprint if cause else "",
        rule=cause.rule if cause else "",
        file=f"mapping {mapping.mapping}",
        flow=flow,
        patch=drift.difference(before, followed.mapping),
        action="apply" if followed.sure and one_answer and same_key else "propose",
        proof=tuple(map(_said, followed.ways)),
        at=tools.clock.now(),
    )
    kept = await tools.heals.propose(heal)
    if kept.state != "proposed" or kept.action != "apply":
        return (kept,)
    put_patch(tools.catalog, kept, kept.patch)
    return (await applied(tools, kept, "replay equals the screen"),)


def _said(way: drift.Way) -> str:
    places = f"{format_path(way.before)} is {format_path(way.now)}"
    return f"{places}: {way.equal} of {way.compared} items have the same value there"


def _flow_of(endpoint: Endpoint) -> str:
    return endpoint.flow or endpoint.endpoint
