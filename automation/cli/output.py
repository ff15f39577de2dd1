"""What every command prints: a text for people, or one JSON object for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


def emit(facts: Mapping[str, object], text: str, *, as_json: bool) -> None:
    """Print the facts as one JSON object, or the text that says the same."""
    typer.echo(json.dumps(facts, ensure_ascii=False) if as_json else text)
