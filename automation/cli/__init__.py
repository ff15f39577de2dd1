"""The command line: thin commands, one per module, and the one place that turns errors into exit codes."""


def main() -> None:
    """Run the command line."""
