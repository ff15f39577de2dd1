"""`vetportal document`: the files of a practice; what is known of them is shown by `show`."""

from __future__ import annotations

import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools
from automation.errors import BadArgument

if TYPE_CHECKING:
    from automation.documents import Fetched
    from automation.pipeline import Tools

app = typer.Typer(
    help="Fetch files of a practice; `vetportal show documents` lists them.", no_args_is_help=True
)

_MEBIBYTE = 1024 * 1024


@app.callback()
def document() -> None:
    """Fetch files of a practice; `vetportal show documents` lists them."""


@app.command()
def get(
    practice: Annotated[str, typer.Argument(help="Name of the practice.")],
    document: Annotated[str, typer.Argument(help="Id of the document: doc_...")],
    out: Annotated[str, typer.Option(help="File to write; - is the standard output.")],
    max_mib: Annotated[int, typer.Option(min=1, help="Largest size in MiB.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Fetch the bytes of one document from the portal."""
    if out != "-":
        done = _fetch(practice, document, Path(out), max_mib)
        emit({"file": out, **asdict(done)}, f"{out}: {_text(done)}", as_json=as_json)
        return
    if as_json:
        raise BadArgument("--json and --out - both want the standard output")
    with TemporaryDirectory(prefix="vetportal-") as folder:
        path = Path(folder) / "document"
        _fetch(practice, document, path, max_mib)
        with path.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)


def _fetch(practice: str, document: str, path: Path, max_mib: int) -> Fetched:
    from automation.documents import Desk

    async def work(tools: Tools) -> Fetched:
        found = await tools.store.practice(practice)
        desk = Desk(tools.store, tools.sessions, tools.audit)
        return await desk.hand_out(found, document, path, limit=max_mib * _MEBIBYTE)

    return with_tools(work)


def _text(done: Fetched) -> str:
    text = f"{done.size:,} bytes, {done.content_type or 'of no type'}"
    if done.expected is not None and done.expected != done.size:
        text += f"; the portal said {done.expected:,} bytes"
    return text
