"""Processes of this machine, as the kernel knows them."""

from __future__ import annotations

from pathlib import Path


def descendants(process: int) -> set[int]:
    """All processes below one."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        parents[int(status.parent.name)] = int(words[1])
    found, wave = set[int](), {process}
    while wave:
        wave = {child for child, parent in parents.items() if parent in wave}
        found |= wave
    return found


def living(processes: set[int]) -> set[int]:
    """Those that did not end."""

    def lives(process: int) -> bool:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
        return state != "Z"  # ended, and nobody has asked how

    return {process for process in processes if lives(process)}
