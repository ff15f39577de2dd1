"""The command `vetportal` and its sub-commands, one module each.

A command module imports what it runs inside its functions, so that help and completion are quick.
"""

from __future__ import annotations

from typing import Annotated

import typer

from automation import __version__
from automation.cli import (
    audit,
    browser,
    document,
    drift,
    inbound,
    job,
    notify,
    operation,
    operation_writes,
    organization,
    practices,
    rule,
    schedule,
    session,
    token,
    vault,
    webhook,
    writes,
)
from automation.cli.assess import assess, profile
from automation.cli.authorize import authorize
from automation.cli.capture import capture
from automation.cli.demo import demo
from automation.cli.doctor import doctor
from automation.cli.explain import explain
from automation.cli.export import export
from automation.cli.infer import infer
from automation.cli.init import init
from automation.cli.mcp import mcp
from automation.cli.record import record
from automation.cli.replay import replay
from automation.cli.sandbox import sandbox
from automation.cli.serve import serve
from automation.cli.show import show
from automation.cli.sync import sync
from automation.cli.worker import worker

app = typer.Typer(
    name="vetportal",
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(audit.app, name="audit")
app.add_typer(token.app, name="token")
app.add_typer(browser.app, name="browser")
app.add_typer(vault.app, name="vault")
app.add_typer(organization.app, name="organization")
practices.app.command()(authorize)
app.add_typer(practices.app, name="practice")
app.add_typer(session.app, name="session")
app.add_typer(document.app, name="document")
app.add_typer(drift.app, name="drift")
app.add_typer(notify.app, name="notify")
app.add_typer(writes.app, name="writes")
app.add_typer(inbound.app, name="inbound")
app.add_typer(webhook.app, name="webhook")
app.add_typer(rule.app, name="rule")
operation.app.command()(operation_writes.run)
operation.app.command()(operation_writes.status)
operation.app.command("list-writes")(operation_writes.list_writes)
operation.app.command()(operation_writes.reconcile)
operation.app.command()(operation_writes.settle)
app.add_typer(operation.app, name="operation")
app.add_typer(job.app, name="job")
app.add_typer(schedule.app, name="schedule")
for _command in (
    init,
    demo,
    sandbox,
    doctor,
    record,
    capture,
    infer,
    explain,
    replay,
    sync,
    worker,
    serve,
    mcp,
    show,
    export,
    assess,
    profile,
):
    app.command()(_command)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"vetportal {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def vetportal(
    context: typer.Context,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Turn a veterinary practice portal without a usable API into one."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
