"""`vetportal inbound`: subscribe to what a portal tells by itself, and follow it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.inbound import Difference, Done
    from automation.model import Notice
    from automation.pipeline import Drained, Tools

app = typer.Typer(
    help="What a portal tells by itself: subscriptions, and the notices that wait.",
    no_args_is_help=True,
)

OfPractice = Annotated[str, typer.Argument(metavar="PRACTICE", help="Name of the practice.")]
Url = Annotated[
    str, typer.Option(help="Where the portal reaches us: https://hooks.example.com/inbound")
]


@app.command()
def register(
    practice: OfPractice,
    url: Url,
    new_secret: Annotated[
        bool, typer.Option("--new-secret", help="Put another secret into the address.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make our subscriptions at the portal what they should be; the same again changes nothing."""
    from automation import pipeline

    async def work(tools: Tools) -> Done:
        found = await tools.store.practice(practice)
        return await pipeline.register_hooks(tools, found, url, anew=new_secret)

    done = with_tools(work)
    counts = (f"{count} {what}" for what, count in asdict(done).items() if count)
    emit(asdict(done), f"{practice}: {', '.join(counts) or 'nothing to do'}", as_json=as_json)


@app.command()
def check(practice: OfPractice, url: Url, as_json: AsJson = False) -> None:
    """Show how our subscriptions differ from what they should be, and which notices wait."""
    from automation import pipeline

    async def work(tools: Tools) -> tuple[tuple[Difference, ...], tuple[Notice, ...], int]:
        found = await tools.store.practice(practice)
        waiting = await tools.notices.waiting(practice, limit=20)
        count = await tools.notices.count(practice)
        return await pipeline.check_hooks(tools, found, url), waiting, count

    differences, waiting, count = with_tools(work)
    facts = {
        "differences": [asdict(each) for each in differences],
        "waiting": count,
        "notices": [each.model_dump(mode="json", exclude={"practice"}) for each in waiting],
    }
    lines = [f"{each.name}: {each.what}  {each.said}".rstrip() for each in differences]
    lines.append(f"{practice}: {len(differences)} differences, {count} notices wait")
    lines += [
        f"{each.topic} {each.record or '(many)'} since {each.first_at:%Y-%m-%d %H:%M} UTC: "
        f"{each.said}"
        for each in waiting
        if each.said
    ]
    emit(facts, "\n".join(lines), as_json=as_json)


@app.command()
def remove(practice: OfPractice, url: Url, as_json: AsJson = False) -> None:
    """Remove our subscriptions at the portal."""
    from automation import pipeline

    async def work(tools: Tools) -> Done:
        return await pipeline.remove_hooks(tools, await tools.store.practice(practice), url)

    done = with_tools(work)
    emit({"removed": done.removed}, f"{practice}: {done.removed} removed", as_json=as_json)


@app.command()
def drain(
    practice: OfPractice,
    limit: Annotated[int, typer.Option(min=1, help="Notices at most.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Follow the notices that wait: read each record once, and store what changed."""
    from automation import pipeline

    async def work(tools: Tools) -> Drained:
        return await pipeline.drain(tools, await tools.store.practice(practice), limit=limit)

    done = with_tools(work)
    facts = {
        "run": done.run,
        "followed": done.followed,
        "put_off": done.put_off,
        "given_up": done.given_up,
        "left": done.left,
        "changes": done.changes,
        "kinds": {kind: asdict(tally) for kind, tally in sorted(done.tallies.items())},
        "synced": done.synced.run if done.synced else None,
    }
    later = f", {done.put_off} put off" if done.put_off else ""
    lost = f", {done.given_up} given up" if done.given_up else ""
    text = f"{practice}: {done.followed} followed{later}{lost}, {done.changes} changes; "
    emit(facts, f"{text}{done.left} wait", as_json=as_json)
    if done.problem is not None:
        raise done.problem
