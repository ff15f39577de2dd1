"""The command line: thin commands, and the one place that turns errors into exit codes."""

from automation.cli.entry import main

__all__ = ["main"]
