"""An office whose practices work in a portal with several kinds, and an MCP client in it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from mcp import Client
from mcp.types import CallToolResult, TextContent

from automation.model import Secret
from automation.serve.mcp import Within, build_server
from automation.serve.mcp.server import Context
from tests.engine import run_engine
from tests.serve.office import Office, opened

_PORTAL: Final = Path(__file__).parents[3] / "flows" / "covetrus_pulse"

Scene = Callable[[Office], Awaitable[None]]


def portal_below(home: Path) -> Path:
    """The flows of the portal of the office's practices: those of a real one, by another name."""
    folder = shutil.copytree(_PORTAL, home / "flows" / "acme")
    for file in (folder / f"{name}.yaml" for name in ("portal", "profile", "inbound")):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(f": {_PORTAL.name}\n", ": acme\n", 1), encoding="utf-8")
    return folder.parent


@asynccontextmanager
async def opened_with_portal(home: Path) -> AsyncIterator[Office]:
    """An office whose portal has several kinds."""
    async with opened(home, flows=portal_below(home)) as office:
        yield office


def at_desk(home: Path, scene: Scene) -> None:
    """Play a scene in an office of its own, whose portal has several kinds."""

    async def whole() -> None:
        async with opened_with_portal(home) as office:
            await scene(office)

    run_engine(whole())


@asynccontextmanager
async def talking(office: Office, token: str, within: Within = Within()) -> AsyncIterator[Client]:  # noqa: B008 - frozen
    """A client of the tools in this process."""

    async def asks(_: Context) -> Any:  # noqa: ANN401
        return await within.narrowed(office.service, await office.service.recognised(Secret(token)))

    async with Client(build_server(office.service, asks)) as client:
        yield client


def text_of(result: CallToolResult) -> str:
    """What a model reads."""
    [content] = result.content
    assert isinstance(content, TextContent)
    return content.text
