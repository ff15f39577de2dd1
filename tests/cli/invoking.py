"""Runs commands inside the process of the tests, where parts of them are stand-ins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from typer.testing import CliRunner, Result

from automation.cli.app import app


def invoked(*arguments: str) -> Result:
    """Run a command to its end in a thread of its own: it starts an event loop.

    The main thread may hold the loop of the `page` fixture, which stays alive between tests.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(CliRunner().invoke, app, list(arguments)).result()
