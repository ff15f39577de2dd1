"""`vetportal practice offboard`: erases a practice and gives a receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.model import Receipt
    from automation.pipeline import Tools


def offboard(
    name: Annotated[str, typer.Argument(help="Name of the practice.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for the name again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase all that is kept of a practice, for ever, and print a receipt.

    Its entities, changes, runs, jobs, login, session, keys and captures go, also from the bytes of
    the database; the audit log stays. Copies that were made before are not reached. Other programs
    of this home have to be stopped.
    """
    from automation import pipeline
    from automation.errors import BadArgument
    from automation.settings import read_settings
    from automation.working import erase_jobs

    async def known(tools: Tools) -> None:
        await tools.store.practice(name)

    async def work(tools: Tools) -> Receipt:
        practice = await tools.store.practice(name)
        jobs = await erase_jobs(read_settings(), name)
        return await pipeline.offboard(tools, practice, also={"jobs": jobs} if jobs else None)

    if not yes:
        with_tools(known)
        typed = typer.prompt(f"Type {name} to erase all of it for ever", err=True)
        if typed != name:
            raise BadArgument(
                "another name was typed; nothing was erased", remedy="Type the name once more."
            )
    receipt = with_tools(work)
    facts = {**receipt.model_dump(mode="json"), "digest": receipt.digest}
    emit(facts, "\n".join(_lines(receipt)), as_json=as_json)


def _lines(receipt: Receipt) -> list[str]:
    return [
        f"erased       {receipt.practice} of {receipt.organization}, at {receipt.portal}",
        f"when         {receipt.at.isoformat(timespec='seconds')}",
        f"by           {receipt.by}",
        *(f"{kind:<24} {count:>8}" for kind, count in sorted(receipt.erased.items())),
        f"digest       {receipt.digest}",
    ]
