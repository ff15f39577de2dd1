"""`vetportal browser`: make sure that there is a browser."""

from __future__ import annotations

import typer

from automation.cli.output import AsJson, emit

app = typer.Typer(help="The browser that flows run in.")


@app.callback()
def browser() -> None:
    """Provide the browser that flows run in."""


@app.command()
def ensure(as_json: AsJson = False) -> None:
    """Find a browser, and install one where there is none.

    Looked for in this order: named in the environment or in playwright.config.json; Chrome or
    Chromium on PATH; Playwright's own. Installed in this order: Playwright's own; the Debian
    package, when run as root.
    """
    from automation import browser as door
    from automation import wiring
    from automation.settings import read_settings

    profile = wiring.browser_profile(read_settings())
    found = door.ensure_browser(
        profile, door.Machine(), say=lambda line: typer.echo(line, err=True)
    )
    facts = {
        "executable": str(found.executable) if found.executable else None,
        "channel": found.channel,
        "version": found.version,
        "origin": found.origin,
    }
    emit(facts, f"browser: {found}", as_json=as_json)
