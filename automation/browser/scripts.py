"""The scripts that run inside pages; each file in ``injected/`` is one function."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def injected(name: str) -> str:
    """The source of one of them, as an expression."""
    folder = files("automation.browser") / "injected"
    return (folder / f"{name}.js").read_text(encoding="utf-8").strip()


@cache
def survey() -> str:
    """The script that tells what a document offers, as an expression: built of all it needs."""
    ax = f"({injected('accessibility')})()"
    return (
        f"((ax) => ({injected('survey')})(ax, ({injected('describe')})(ax), {injected('look')}))"
        f"({ax})"
    )
