"""`vetportal drift`: how portals differ from what they were, and what is done about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from collections.abc import Iterator

    from automation.model import Heal, Incident, IncidentEvent, IncidentState
    from automation.pipeline import Standing, Tools
    from automation.store import BaselineNote

app = typer.Typer(
    help="How portals differ from what they were, and what is done about it.",
    no_args_is_help=True,
)

OfPractice = Annotated[str, typer.Option("--practice", help="Only of this practice.")]
OfPortal = Annotated[str, typer.Option("--portal", help="Only of this portal.")]
Id = Annotated[
    str, typer.Argument(metavar="ID", help="Finding or repair; its first digits are enough.")
]
_LEVELS = ("breaking", "risky", "cosmetic")
_STANDING = frozenset({"proposed", "probation"})


@app.command()
def show(
    finding: Annotated[
        str,
        typer.Argument(metavar="[ID]", help="One finding or repair, with all that is known of it."),
    ] = "",
    practice: OfPractice = "",
    portal: OfPortal = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is noted, accepted or over.")
    ] = False,
    fail_on: Annotated[
        str,
        typer.Option(help="End with code 6 where something open is as bad: breaking or risky."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List what differs, each difference once with the practices that have it."""
    from automation.errors import BadArgument, NotKnown

    if fail_on and fail_on not in _LEVELS:
        raise BadArgument(f"{fail_on!r} is no severity", remedy=f"Write {', '.join(_LEVELS)}.")
    states: tuple[IncidentState, ...] = () if everything or finding else ("open",)

    async def work(
        tools: Tools,
    ) -> tuple[tuple[Standing, ...], tuple[Heal, ...], tuple[BaselineNote, ...]]:
        from automation.pipeline import standing_drift

        told = await standing_drift(
            tools,
            practice=practice or None,
            portal=portal or None,
            fingerprint=finding or None,
            states=states,
        )
        heals = await tools.heals.find(portal=portal or None)
        own = [heal for heal in heals if practice in {"", heal.practice}]
        if finding:
            alone = [heal for heal in own if heal.id.startswith(finding)]
        else:
            shown = {heal.id for one in told for heal in one.heals}
            told_of = [heal for heal in own if everything or heal.state in _STANDING]
            alone = [heal for heal in told_of if heal.id not in shown]
        if finding and not told and not alone:
            known = await tools.incidents.find(practice=practice or None, portal=portal or None)
            ids = {each.finding.fingerprint for each in known} | {heal.id for heal in own}
            raise NotKnown("finding or repair", finding, tuple(sorted(ids)))
        return told, tuple(alone), await tools.baselines.notes(practice or None)

    told, repairs, notes = with_tools(work)
    lines = [line for one in told for line in _lines(one, whole=bool(finding))]
    lines += [line for heal in repairs for line in _repair_lines(heal, whole=bool(finding))]
    if not lines:
        lines = [_nothing(notes)]
    facts = {
        "findings": [facts_of(one) for one in told],
        "repairs": [heal_facts(heal) for heal in repairs],
        "baselines": [_baseline_facts(note) for note in notes],
    }
    emit(facts, "\n".join(lines), as_json=as_json)
    _refuse_as_bad(told, fail_on)


def _refuse_as_bad(told: tuple[Standing, ...], fail_on: str) -> None:
    from automation.errors import PortalChanged

    levels = _LEVELS[: _LEVELS.index(fail_on) + 1] if fail_on else ()
    bad = [one for one in told if one.state == "open" and str(one.finding.severity) in levels]
    if bad:
        raise PortalChanged(
            f"{len(bad)} open findings are {' or '.join(levels)}",
            remedy="Look at each with `vetportal drift show ID`, then accept it or its repair.",
        )


def _nothing(notes: tuple[BaselineNote, ...]) -> str:
    from automation.drift import LEARNING

    learning = sum(note.runs < LEARNING for note in notes)
    if not notes:
        return "nothing was watched yet: the first sync or capture begins"
    return f"nothing differs; {len(notes)} baselines, {learning} of them still learning"


@app.command()
def accept(
    found: Id,
    practice: OfPractice = "",
    as_json: AsJson = False,
) -> None:
    """Take a finding as how it is to be from now on, or put a repair into its file."""
    _decide(found, practice, accepts=True, as_json=as_json)


@app.command()
def reject(
    found: Id,
    practice: OfPractice = "",
    as_json: AsJson = False,
) -> None:
    """Tell a finding again that was accepted; never propose a repair again, or take it back."""
    _decide(found, practice, accepts=False, as_json=as_json)


def _decide(found: str, practice: str, *, accepts: bool, as_json: bool) -> None:
    async def work(tools: Tools) -> tuple[tuple[Incident, ...], Heal | None]:
        from automation import pipeline
        from automation.errors import NotKnown

        try:
            heal = await (pipeline.accept_heal if accepts else pipeline.reject_heal)(tools, found)
        except NotKnown:
            decide = pipeline.accept_drift if accepts else pipeline.reject_drift
            return await decide(tools, found, practice=practice or None), None
        return (), heal

    incidents, heal = with_tools(work)
    if heal is not None:
        text = f"{heal.state}: {heal.file}, repair {heal.id}"
        if heal.state == "accepted":
            text += f"\ntake it back with: vetportal drift reject {heal.id}"
        emit({"heal": heal_facts(heal)}, text, as_json=as_json)
        return
    verb = "accepted" if accepts else "told again"
    lines = [f"{verb}: {each.finding.rule} in {each.finding.practice}" for each in incidents]
    back = {each.finding.fingerprint for each in incidents} if accepts else set[str]()
    lines += [f"tell it again with: vetportal drift reject {name}" for name in sorted(back)]
    facts = [each.model_dump(mode="json") for each in incidents]
    emit({"incidents": facts}, "\n".join(lines), as_json=as_json)


@app.command()
def history(
    finding: Annotated[str, typer.Argument(metavar="[ID]", help="Only of this finding.")] = "",
    practice: OfPractice = "",
    limit: Annotated[int, typer.Option(min=1, help="How many lines at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what happened to findings, newest first."""
    from automation.errors import NotKnown

    async def work(tools: Tools) -> tuple[tuple[IncidentEvent, ...], dict[str, str]]:
        events = await tools.incidents.history(finding, practice=practice or None, limit=limit)
        known = await tools.incidents.find(practice=practice or None)
        rules = {each.finding.fingerprint: each.finding.rule for each in known}
        if finding and not events:
            raise NotKnown("finding", finding, tuple(sorted(rules)))
        return events, rules

    events, rules = with_tools(work)
    lines = [
        f"{each.at:%Y-%m-%d %H:%M} {each.what:<8} {each.fingerprint} "
        f"{rules.get(each.fingerprint, ''):<24} {each.practice} {each.who}".rstrip()
        for each in events
    ]
    facts = [
        {**each.model_dump(mode="json"), "rule": rules.get(each.fingerprint, "")} for each in events
    ]
    emit({"events": facts}, "\n".join(lines) or "nothing happened yet", as_json=as_json)


@app.command()
def report(
    finding: Annotated[str, typer.Argument(metavar="[ID]", help="Only this finding.")] = "",
    out: Annotated[
        str, typer.Option(help="File to write; - is the standard output.")
    ] = "drift.html",
    practice: OfPractice = "",
    portal: OfPortal = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is noted, accepted or over.")
    ] = False,
) -> None:
    """Write a page with what differs, release by release; it loads nothing."""

    async def work(tools: Tools) -> str:
        from automation.pipeline import report_drift

        return await report_drift(
            tools,
            fingerprint=finding or None,
            practice=practice or None,
            portal=portal or None,
            everything=everything,
        )

    page = with_tools(work)
    if out == "-":
        typer.echo(page)
        return
    from automation.errors import BadArgument

    try:
        Path(out).write_text(page, encoding="utf-8")
    except OSError as problem:
        raise BadArgument(f"{out} cannot be written: {problem.strerror}") from None
    typer.echo(f"written: {out}")


def _lines(one: Standing, *, whole: bool) -> Iterator[str]:
    finding = one.finding
    state = "" if one.state == "open" else f" ({one.state})"
    yield f"{finding.severity:<9} {finding.fingerprint} {finding.rule}{state}"
    step = f", step {finding.step}" if finding.step else ""
    yield f"  {finding.portal}, {finding.flow}{step}: {finding.subject}"
    if finding.before or finding.after:
        yield f"  was {finding.before or 'nothing'}; is {finding.after or 'nothing'}"
    where = ", ".join(one.practices[:5]) + (" ..." if len(one.practices) > 5 else "")  # noqa: PLR2004
    wide = " (a release of the portal)" if one.portal_wide else ""
    yield f"  {len(one.practices)} practices since {one.since:%Y-%m-%d %H:%M} UTC: {where}{wide}"
    if finding.build:
        yield f"  came with build {finding.build} of the portal"
    if whole:
        yield from _more(one)
    for heal in one.heals:
        for line in _repair_lines(heal, whole=whole):
            yield f"  {line}"


def _more(one: Standing) -> Iterator[str]:
    finding = one.finding
    yield f"  what we do with it: {finding.consumed}; it comes from: {finding.origin}"
    yield f"  how sure: {finding.confidence}, {one.runs} runs, came back {one.swings} times"
    for line in finding.follows:
        yield f"  follows from it: {line}"


def _repair_lines(heal: Heal, *, whole: bool) -> Iterator[str]:
    """A repair; with its changes, its proof and what can be done with it where that is wanted."""
    step = f", step {heal.step}" if heal.step else ""
    yield f"repair {heal.id} of {heal.file}{step}: {heal.state}"
    if not whole:
        return
    for patch in heal.patch:
        yield f"  {patch.op} {patch.path}"
        if patch.before is not None:
            yield f"    - {json.dumps(patch.before, ensure_ascii=False)}"
        if patch.after is not None:
            yield f"    + {json.dumps(patch.after, ensure_ascii=False)}"
    for proof in heal.proof:
        yield f"  {proof}"
    if heal.state == "proposed":
        yield f"  apply it with: vetportal drift accept {heal.id}"
        yield f"  see it no more with: vetportal drift reject {heal.id}"
    if heal.state in {"probation", "accepted"}:
        yield f"  take it back with: vetportal drift reject {heal.id}"


def facts_of(one: Standing) -> dict[str, object]:
    """One finding with everybody who has it, for programs."""
    return {
        "id": one.finding.fingerprint,
        **one.finding.model_dump(mode="json", exclude={"practice", "carries"}),
        "state": one.state,
        "practices": list(one.practices),
        "since": one.since.isoformat(),
        "latest": one.latest.isoformat(),
        "runs": one.runs,
        "swings": one.swings,
        "portal_wide": one.portal_wide,
        "heals": [heal_facts(heal) for heal in one.heals],
    }


def heal_facts(heal: Heal) -> dict[str, object]:
    """A repair, for programs."""
    return {"id": heal.id, **heal.model_dump(mode="json")}


def _baseline_facts(note: BaselineNote) -> dict[str, object]:
    from automation.drift import LEARNING

    return {
        "practice": note.key.practice,
        "name": note.key.name,
        "onlooker": note.key.onlooker,
        "runs": note.runs,
        "learning": note.runs < LEARNING,
        "at": note.at.isoformat(),
    }
