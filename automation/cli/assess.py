"""`vetportal assess` and `vetportal profile`: what can be had of a practice, and its settings."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import progress_bar, with_tools

if TYPE_CHECKING:
    from automation.model import Assessment, Profile, ProfileChange
    from automation.pipeline import Tools

Name = Annotated[str, typer.Argument(metavar="PRACTICE", help="Name of the practice.")]


def assess(name: Name, as_json: AsJson = False) -> None:
    """Ask everything once, and say what can be had of a practice and in which way."""
    from automation import pipeline

    with progress_bar(hidden=as_json) as progress:

        async def work(tools: Tools) -> Assessment:
            practice = await tools.store.practice(name)
            return await pipeline.assess(tools, practice, progress=progress)

        found = with_tools(work)
    emit(found.model_dump(mode="json"), "\n".join(_assessed(found)), as_json=as_json)


def profile(
    name: Name,
    history: Annotated[
        bool, typer.Option("--history", help="Show what changed, newest first.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=200, help="Profiles at most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show what a practice configured, as it was read last; or how that changed."""

    async def work(tools: Tools) -> tuple[Profile, ...]:
        return await tools.profiles.history(name, limit=limit + 1 if history else 1)

    found = with_tools(work)
    if not history:
        latest = found[0] if found else None
        facts: dict[str, object] = {"profile": latest.model_dump(mode="json") if latest else None}
        emit(facts, "\n".join(_profile(latest)), as_json=as_json)
        return
    steps = _steps(found, limit)
    told = [
        {
            "number": each.number,
            "seen_at": each.model_dump(mode="json")["seen_at"],
            "changes": [change.model_dump(mode="json") for change in changes],
        }
        for each, changes in steps
    ]
    emit({"history": told}, "\n".join(_history(steps)) or "no profile yet", as_json=as_json)


def _assessed(found: Assessment) -> Iterator[str]:
    yield f"{found.practice} in {found.portal}"
    yield f"login     {found.login}"
    yield f"session   {found.session}"
    yield ""
    yield "screens"
    for screen in found.screens:
        yield f"  {screen.flow or '':<28} {screen.means:<8} {screen.endpoint}: {screen.why}"
    yield ""
    yield from _profile(found.profile)
    yield ""
    yield "entities"
    for entity in found.entities:
        yield f"  {entity.entity:<28} {entity.means:<8} {entity.why}"


def _profile(found: Profile | None) -> Iterator[str]:
    if found is None:
        yield "no profile yet: run `vetportal assess` or `vetportal sync`"
        return
    yield f"profile {found.number} of {found.practice}, seen {found.seen_at:%Y-%m-%d %H:%M} UTC"
    for section, entries in sorted(found.sections.items()):
        yield f"  {section} ({len(entries)})"
        for key, entry in sorted(entries.items()):
            yield f"    {key:<20} {_short(entry)}" if entry != key else f"    {key}"
    for section, why in sorted(found.unread.items()):
        yield f"  {section}: not to be seen: {why}"


def _steps(
    found: tuple[Profile, ...], limit: int
) -> list[tuple[Profile, tuple[ProfileChange, ...]]]:
    """Each profile with what changed to it; the oldest one known changed from nothing."""
    from automation.model import compare_profiles

    steps = [(after, compare_profiles(before, after)) for after, before in pairwise(found)]
    if 0 < len(found) <= limit:
        steps.append((found[-1], ()))
    return steps


def _history(steps: list[tuple[Profile, tuple[ProfileChange, ...]]]) -> Iterator[str]:
    for each, changes in steps:
        yield f"profile {each.number}, seen {each.seen_at:%Y-%m-%d %H:%M} UTC"
        for change in changes:
            place = change.section if change.key is None else f"{change.section} {change.key}"
            yield f"  {place}: {_short(change.before)} -> {_short(change.after)}"


def _short(value: object) -> str:
    return orjson.dumps(value).decode() if value is not None else "nothing"
