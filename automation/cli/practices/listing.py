"""`vetportal practice list` and `show`: what is known of practices, without any secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.model import Practice
    from automation.pipeline import Tools


def list_(
    organization: Annotated[str, typer.Option(help="Only practices of this one.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the practices: where each stands, whose it is, and what may be written."""

    async def work(tools: Tools) -> list[dict[str, object]]:
        from automation.store import Organizations

        if organization:
            await Organizations(tools.store.database).find(organization)
        found = await tools.store.practices(organization or None)
        return [await _facts(tools, each) for each in found]

    found = with_tools(work)
    lines = [_line(each) for each in found]
    text = "\n".join(lines) or "no practices yet; add one with `vetportal practice add`"
    emit({"practices": found}, text, as_json=as_json)


def show(
    name: Annotated[str, typer.Argument(help="Name of the practice.")], as_json: AsJson = False
) -> None:
    """Show what is known of a practice, and the names of the secrets that are kept for it."""

    async def work(tools: Tools) -> dict[str, object]:
        from automation.cli.practices.credentials import NAMES

        practice = await tools.store.practice(name)
        kept = [each for each in NAMES.values() if await tools.store.get_sealed(name, each)]
        return {**await _facts(tools, practice), "secrets": kept}

    found = with_tools(work)
    lines = [f"{key:<16} {_shown(value)}" for key, value in found.items() if value not in _EMPTY]
    emit(found, "\n".join(lines), as_json=as_json)


_EMPTY: tuple[object, ...] = (None, "", [], {}, False)


async def _facts(tools: Tools, practice: Practice) -> dict[str, object]:
    """A practice with where it stands: ``paused``, or the phase of its session."""
    session = await tools.sessions.status(practice.name)
    state = "paused" if practice.paused_since else session.phase
    why = practice.paused_why if practice.paused_since else session.why
    return {**practice.model_dump(mode="json"), "state": state, "why": why}


def _line(facts: dict[str, object]) -> str:
    writes = ",".join(map(str, facts["writes"])) or "read-only"  # type: ignore[call-overload]  # a list of texts
    columns = f"{facts['name']:<24} {facts['portal']:<20} {facts['organization']:<16}"
    return f"{columns} {facts['state']:<12} {writes:<20} {facts['base_url']}"


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{key} {each}" for key, each in value.items())
    return str(value)
