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
def describing(use: str) -> str:
    """An expression in which ``ax``, ``words`` and ``description`` say what elements are."""
    return f"""((ax) => {{
        const rows = ({injected("rows")})(ax);
        const words = ({injected("wording")})(ax, rows);
        const description = ({injected("describe")})(ax, rows, words);
        {use}
    }})(({injected("accessibility")})())"""


@cache
def survey() -> str:
    """The script that tells what a document offers, as an expression: built of all it needs."""
    return describing(f"return ({injected('survey')})(ax, description, {injected('look')}, words);")
