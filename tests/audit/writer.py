"""A process that notes entries: `python -m tests.audit.writer FOLDER URL COUNT NUMBER`.

With a COUNT below zero it flushes seven entries, says so, notes more, and waits to be killed.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from automation import audit, store, vault
from tests.fakes import VirtualClock


async def write(folder: Path, url: str, count: int, number: str) -> None:
    vault.make_key_file(folder / "vault.key")
    sealer = vault.Vault(vault.FileRing(folder / "vault.key"))
    clock = VirtualClock()
    rows = await store.Store.open(url, clock=clock, sealer=sealer)
    log = audit.AuditLog(
        store.AuditTrail(rows.database, sealer),
        audit.Anchor(folder / "audit.anchor"),
        clock=clock,
        actor=f"process-{number}",
        seconds=0.01,
    )
    try:
        async with log.open():
            await (stop_halfway(log) if count < 0 else note(log, count))
    finally:
        await rows.close()


async def note(log: audit.AuditLog, count: int) -> None:
    for entry in range(count):
        log.note("thing.done", detail={"number": str(entry)})
        if entry % 50 == 0:
            await log.flush()


async def stop_halfway(log: audit.AuditLog) -> None:
    await note(log, 7)
    await log.flush()
    sys.stdout.write("7\n")
    sys.stdout.flush()
    loop = asyncio.get_running_loop()
    await loop.create_future()


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]))
