"""The demo: start the simulators, add practices, capture, infer, compare, sync twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit

if TYPE_CHECKING:
    from automation.cli.demo.comparison import Outcome
    from automation.cli.demo.simulator import Login, Running
    from automation.model import Practice
    from automation.pipeline import Tools


def demo(
    portal: Annotated[
        list[str] | None,
        typer.Option(help="Portal folder to show; all that have a simulator by default."),
    ] = None,
    patients: Annotated[int, typer.Option(min=150, help="Patients of the simulator.")] = 200,
    whole: Annotated[
        bool, typer.Option("--whole", help="Capture and compare every flow, not only some.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the main job on simulators: log in, capture, infer, replay, sync; then compare them."""
    from automation import catalog, wiring
    from automation.cli.demo.comparison import compared
    from automation.cli.demo.simulator import fresh_home, running, simulated
    from automation.settings import read_settings

    settings = fresh_home(read_settings(), "demo")
    home = settings.home
    portals = portal or simulated(catalog.Catalog(settings.flows).portals())
    with (home / "demo.log").open("w") as log, ExitStack() as stack:
        wiring.configure_logging(settings, log)
        started = [
            stack.enter_context(running(each, patients=patients, log=home / f"{each}.log"))
            for each in portals
        ]
        for each in started:
            _say(f"simulator    {each.base_url} ({each.portal}, {patients} patients)")

        async def run() -> list[Outcome]:
            async with wiring.tools(settings) as tools:
                return [
                    outcome
                    for each in started
                    for outcome in await _story(
                        tools, each, _shown(tools, each.portal, whole=whole)
                    )
                ]

        outcomes = asyncio.run(run())
    if len(portals) > 1 and not as_json:
        _say("")
        for line in compared(outcomes):
            _say(line)
        _say("")
    facts = {"practices": [_facts(each) for each in outcomes], "artefacts": str(home)}
    text = f"database     {settings.database}\nlook around  VETPORTAL_HOME={home} vetportal show"
    emit(facts, text, as_json=as_json)
    _end(outcomes)


def _end(outcomes: Sequence[Outcome]) -> None:
    """Say by the exit code whether it is as it should be; the result is printed by now."""
    from automation.errors import PortalChanged

    unequal = [each.practice.name for each in outcomes if not each.equal]
    if unequal:
        typer.secho(
            f"error: the replay differs from the browser: {', '.join(unequal)}", fg="red", err=True
        )
        raise typer.Exit(PortalChanged.exit_code)
    for outcome in outcomes:
        for run in (outcome.first, outcome.second):
            if run.problem:
                raise run.problem


def _say(line: str) -> None:
    """The story goes to the error stream, so that standard output is the result alone."""
    typer.echo(line, err=True)


def _shown(tools: Tools, portal: str, *, whole: bool) -> tuple[str, ...]:
    """The flows that are captured and compared; everything that is mapped is read afterwards."""
    known = [one.flow for one in tools.catalog.flows(portal) if one.effect == "read"]
    shown = tuple(known) if whole else tools.catalog.portal(portal).tour or tuple(known)
    _say(f"record       {len(known)} recorded flows found, {len(shown)} shown: {', '.join(shown)}")
    return shown


async def _story(tools: Tools, simulator: Running, flows: Sequence[str]) -> list[Outcome]:
    practices = [await _add(tools, simulator, each) for each in simulator.logins()]
    await _capture(tools, practices[0], flows)
    _infer(tools, simulator.portal)
    return [await _read(tools, practice, flows) for practice in practices]


async def _add(tools: Tools, simulator: Running, login: Login) -> Practice:
    from automation.cli.demo.joining import join

    practice = await join(tools, simulator, login)
    _say(f"practice     {practice.name}, secrets sealed")
    return practice


async def _capture(tools: Tools, practice: Practice, flows: Sequence[str]) -> None:
    """Each flow twice: what differs between two runs is what does not stand still."""
    from automation import pipeline

    def captured(flow: str, exchanges: int) -> None:
        _say(f"capture      {flow:<26} {exchanges} exchanges in {pipeline.CAPTURES_PER_FLOW} runs")

    await pipeline.capture_flows(tools, practice, flows, progress=captured)


def _infer(tools: Tools, portal: str) -> None:
    from automation import pipeline

    found = pipeline.infer_endpoints(tools, portal)
    for each in found.endpoints:
        paging = each.pagination.kind if each.pagination else "-"
        _say(f"infer        {each.endpoint:<26} {each.effect:<6} pages by {paging:<8} "
             f"{each.request.method} {each.request.url}")  # fmt: skip
    for left in found.left:
        _say(f"left out     {left.operation}: {left.rule}")


async def _read(tools: Tools, practice: Practice, flows: Sequence[str]) -> Outcome:
    from automation import pipeline
    from automation.cli.demo.comparison import Outcome

    _say(f"\n{practice.name}")
    proofs = await pipeline.prove(tools, practice, flows=flows)
    for proof in proofs:
        verdict = "equal" if proof.equal else f"DIFFERS: {'; '.join(proof.differing)}"
        _say(
            f"compare      {proof.endpoint:<26} {proof.browser_items:>6} items  browser "
            f"{proof.browser_seconds:6.2f} s  replay {proof.replay_seconds:6.3f} s  {verdict}"
        )
    first = await pipeline.sync(tools, practice)
    entities = await tools.store.counts(practice.name)
    _say(f"sync         {first.changes} changes in {first.seconds:.1f} s: {_counted(entities)}")
    second = await pipeline.sync(tools, practice)
    _say(f"sync again   {second.changes} changes in {second.seconds:.1f} s")
    login = await tools.sessions.login_kind(practice)
    known = {each.endpoint: each.origin for each in tools.catalog.endpoints(practice.portal)}
    origins = Counter(known[name] for name in first.rungs if name in known)
    return Outcome(practice, proofs, first, second, entities, login, tuple(sorted(origins.items())))


def _counted(entities: dict[str, int]) -> str:
    from automation.entities import plural

    return ", ".join(f"{count} {plural(kind)}" for kind, count in sorted(entities.items()) if count)


def _facts(outcome: Outcome) -> dict[str, object]:
    from automation.entities import plural

    return {
        "portal": outcome.practice.portal,
        "practice": outcome.practice.name,
        "entities": {plural(kind): count for kind, count in sorted(outcome.entities.items())},
        "replay_equals_browser": outcome.equal,
        "browser_seconds": _seconds([each.browser_seconds for each in outcome.proofs]),
        "replay_seconds": _seconds([each.replay_seconds for each in outcome.proofs]),
        "second_sync_changes": outcome.second.changes,
    }


def _seconds(parts: Sequence[float]) -> float:
    return round(sum(parts), 3)
