"""`vetportal vault`: the keys that everything sealed hangs on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import typer

from automation.cli.output import AsJson, emit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from automation.wiring import Keys

app = typer.Typer(help="The keys of everything that is sealed.", no_args_is_help=True)

T = TypeVar("T")


@app.command("rotate-key")
def rotate_key(as_json: AsJson = False) -> None:
    """Wrap the data key of every practice by a new key. What runs goes on; run again if stopped."""

    async def work(keys: Keys) -> dict[str, object]:
        wrapped = await keys.data_keys.rotate(keys.sealer)
        return {"place": keys.ring.place, "key": keys.ring.current().id, "wrapped": wrapped}

    done = _with_keys(work)
    text = (
        f"{done['place']} holds the new key {done['key']}; data keys wrapped by it: "
        f"{done['wrapped']}\nCopies of the old key open nothing of this database any more: "
        "keep a copy of the new one."
    )
    emit(done, text, as_json=as_json)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say which key is in use, and how many data keys each key wraps: one for each practice."""

    async def work(keys: Keys) -> dict[str, object]:
        current = keys.ring.current().id
        counts = {current: 0} | await keys.data_keys.counts()
        found = [
            {
                "key": kek,
                "data_keys": number,
                "in_use": kek == current,
                "known": keys.ring.find(kek) is not None,
            }
            for kek, number in counts.items()
        ]
        return {"place": keys.ring.place, "keys": found}

    seen = _with_keys(work)
    emit(seen, "\n".join(_lines(seen)), as_json=as_json)


def _lines(seen: dict[str, object]) -> list[str]:
    lines = [f"key in     {seen['place']}"]
    for each in seen["keys"] if isinstance(seen["keys"], list) else []:
        place = "in use" if each["in_use"] else "to be replaced" if each["known"] else "NOT HERE"
        lines.append(f"{each['key']}  {each['data_keys']:>5} data keys  {place}")
    return lines


def _with_keys(work: Callable[[Keys], Awaitable[T]]) -> T:
    from automation import wiring
    from automation.settings import read_settings

    async def run() -> T:
        async with wiring.keys(read_settings()) as keys:
            return await work(keys)

    return asyncio.run(run())
