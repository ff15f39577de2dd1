"""`vetportal vault`: the keys that everything sealed hangs on."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.pipeline import Tools
    from automation.wiring import Keys

app = typer.Typer(help="The keys of everything that is sealed.", no_args_is_help=True)


@app.command("rotate-key")
def rotate_key(as_json: AsJson = False) -> None:
    """Wrap the data key of every practice by a new key. What runs goes on; run again if stopped."""
    from automation import wiring
    from automation.settings import read_settings

    settings = read_settings()

    async def work(tools: Tools) -> dict[str, object]:
        async with wiring.keys(settings) as keys:
            wrapped = await keys.data_keys.rotate(keys.sealer)
            key = keys.ring.current().id
            tools.audit.note("key.rotated", detail={"key": key, "wrapped": str(wrapped)})
            return {"place": keys.ring.place, "key": key, "wrapped": wrapped}

    done = with_tools(work)
    text = (
        f"{done['place']} holds the new key {done['key']}; data keys wrapped by it now: "
        f"{done['wrapped']}\nKeep a copy of it. The one before opens only copies of the database "
        "that are older than this."
    )
    emit(done, text, as_json=as_json)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say which key is in use, and how many data keys each wraps: one a practice, one our own."""
    place, found = asyncio.run(_found())
    lines = [f"{each.key}  {each.data_keys:>5} data keys  {each.state}" for each in found]
    facts = {"place": place, "keys": [asdict(each) for each in found]}
    emit(facts, "\n".join([f"key in {place}", *lines]), as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Kek:
    """A key-encryption key: its id, how many data keys it wraps, and where it stands."""

    key: str
    data_keys: int
    state: str


async def _found() -> tuple[str, list[_Kek]]:
    from automation import wiring
    from automation.settings import read_settings

    async with wiring.keys(read_settings()) as keys:
        current = keys.ring.current().id
        counts = {current: 0} | await keys.data_keys.counts()
        return keys.ring.place, [
            _Kek(kek, number, _state(keys, kek, current)) for kek, number in counts.items()
        ]


def _state(keys: Keys, kek: str, current: str) -> str:
    if kek == current:
        return "in use"
    return "to be replaced" if keys.ring.find(kek) else "missing"
