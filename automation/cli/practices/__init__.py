"""`vetportal practice`: the practices, from their first day to their last."""

from __future__ import annotations

import typer

from automation.cli.practices.add import add
from automation.cli.practices.changing import pause, release, resume, rotate, set_
from automation.cli.practices.importing import import_
from automation.cli.practices.listing import list_, show
from automation.cli.practices.offboard import offboard

__all__ = ["app"]

app = typer.Typer(help="The practices, from their first day to their last.", no_args_is_help=True)
app.command()(add)
app.command("import")(import_)
app.command("list")(list_)
app.command("set")(set_)
for _command in (show, pause, resume, release, rotate, offboard):
    app.command()(_command)
