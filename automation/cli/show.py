"""`vetportal show`: what the store holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.entities import Entity
    from automation.pipeline import Tools, Unread

_HIDDEN = frozenset({"content_hash", "raw", "run", "first_seen_at", "changed_at", "removed_at"})


def show(
    kind: Annotated[
        str, typer.Argument(help="Kind of entity (patients, invoices, ...); counts when left out.")
    ] = "",
    practice: Annotated[str, typer.Option(help="Only this practice.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Entities at most.")] = 20,
    after: Annotated[str, typer.Option(help="Go on after this id.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show entities, or how many of each kind there are."""
    from dataclasses import asdict

    from automation import store
    from automation.entities import ENTITIES, plural

    kind = {plural(each): each for each in ENTITIES}.get(kind, kind)

    async def see_practice(tools: Tools) -> None:
        if practice:
            await tools.store.practice(practice)  # an unknown one is refused, not empty

    async def counted(tools: Tools) -> tuple[dict[str, int], dict[str, Unread]]:
        from automation.pipeline import unread_kinds

        await see_practice(tools)
        counts = await tools.store.counts(practice or None)
        if not practice:
            return counts, {}
        return counts, await unread_kinds(tools, await tools.store.practice(practice))

    async def listed(tools: Tools) -> tuple[Entity, ...]:
        await see_practice(tools)
        scope = store.Scope(practice=practice or None)
        return await tools.store.rows(kind, scope, after=after or None, limit=limit)

    if not kind:
        counts, unread = with_tools(counted)
        told = {plural(name): count for name, count in sorted(counts.items())}
        parts = {plural(name): asdict(each) for name, each in unread.items()}
        lines = [
            f"{name:<28}{count:>9}{'  incomplete' if name in parts else ''}"
            for name, count in told.items()
        ]
        facts = {"counts": told} | ({"unread": parts} if practice else {})
        emit(facts, "\n".join(lines), as_json=as_json)
        return
    found = [
        {k: v for k, v in each.model_dump(mode="json").items() if k not in _HIDDEN}
        for each in with_tools(listed)
    ]
    emit(
        {plural(kind): found},
        "\n\n".join(_card(each) for each in found) or "nothing",
        as_json=as_json,
    )


def _card(entity: dict[str, object]) -> str:
    """One entity for people: the fields that say something."""
    told = {key: value for key, value in entity.items() if value not in (None, "", [], {})}
    return "\n".join(f"{key:<24} {value}" for key, value in told.items())
