"""Run a stage from the command line: settings, logging, tools, progress."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from automation.pipeline import Tools
    from automation.sync import Progress

T = TypeVar("T")


def with_tools(work: Callable[[Tools], Awaitable[T]], *, headless: bool | None = None) -> T:
    """Build the tools, do the work, put everything away.

    Args:
        work: what to do with them.
        headless: whether the browser has no window; None leaves it to the settings.
    """
    from automation import wiring
    from automation.settings import read_settings

    settings = read_settings()
    if headless is not None:
        settings = settings.model_copy(update={"browser_headless": headless})

    async def run() -> T:
        async with wiring.tools(settings) as tools:
            return await work(tools)

    with wiring.log_file(settings) as kept:
        wiring.configure_logging(settings, sys.stderr, kept=kept)
        return asyncio.run(run())


@contextmanager
def progress_bar(*, hidden: bool) -> Iterator[Progress]:
    """Show on the error stream what is being read and how much came; silent where nobody looks."""
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<28}"),
        TextColumn("{task.completed:>8.0f}"),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=console, disable=hidden or not console.is_terminal) as bar:
        tasks: dict[str, object] = {}

        def tell(what: str, more: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=None)
            bar.advance(tasks[what], more)  # type: ignore[arg-type]  # rich's own id type

        yield tell
