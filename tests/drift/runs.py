"""Made-up runs of a small portal, and their signatures."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from types import FrameType

from pydantic import JsonValue

from automation.drift import NetworkSignature, NetworkWatch
from tests.infer.traffic import BASE, Journey

SPECIES = ("Canine", "Feline", "Equine", "Avian")


def pets(count: int = 40, *, seed: int = 0) -> list[dict[str, JsonValue]]:
    """Rows as a portal sends them; the seed is the day."""
    chance = random.Random(seed)
    return [
        {
            "id": 1000 + seed * 7 + n,
            "name": f"{chance.choice('BDFGKLMNPRST')}{chance.choice('aeiou')}"
            f"{chance.choice('bdfgklmnprst')}{chance.choice('aeiou')}{chance.choice('lmnrst')}",
            "species": SPECIES[n % 3],
            "born": f"20{chance.randrange(10, 25)}-0{chance.randrange(1, 9)}-1{n % 9}",
            "weight": round(chance.uniform(2, 40), 1),
            "owner": {"id": f"c{chance.randrange(10**6)}", "active": True},
        }
        for n in range(count)
    ]


def watched(journey: Journey) -> NetworkSignature:
    """The signature of one run."""
    watch = NetworkWatch(BASE)
    for exchange in journey.exchanges:
        watch.add(exchange)
    return watch.signature()


def healthy(day: int = 0) -> Journey:
    """One run of the portal as it always is, with the data of a day."""
    chance = random.Random(day)
    rows = pets(chance.randrange(30, 60), seed=day)
    return (
        Journey()
        .call("GET", "/api/token", {"token": f"tok{day:04d}AbCdEf{chance.random()}"})
        .call(
            "POST",
            "/api/pets/search",
            {"total": len(rows), "rows": rows},
            step="2",
            send={"page": 1, "filter": {"text": f"bel{day}"}},
            headers={"authorization": "Bearer abc"},
        )
        .call("GET", f"/api/pets/{1000 + day}", rows[0], step="3")
    )


def many(runs: int, make: Callable[[int], Journey] = healthy) -> NetworkSignature:
    """The signatures of many runs, merged."""
    merged = watched(make(0))
    for run in range(1, runs):
        merged = merged.merge(watched(make(run)).later(run))
    return merged


def operations_counted(act: Callable[[], object]) -> int:
    """How many function calls an act makes: a cost that no busy machine changes."""
    calls = 0

    def count(frame: FrameType, event: str, arg: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(before)
    return calls
