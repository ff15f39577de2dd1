"""Four ways to read every page of the patients screen, each as one would write it with care.

All of them ask for the same pages in a session of their own that is already signed in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import httpx2
import orjson
from playwright.async_api import Page, Response

from automation import replay
from automation.model import Endpoint
from automation.ports import Clock, Session
from tests.bench.world import rng

SCREEN: Final = "/Practice/Patients/Index"
DATA: Final = "/Practice/Patients/GetGrid"
PAGE_SIZE: Final = 50
TOKEN: Final = re.compile(r'name="__RequestVerificationToken" value="([^"]+)"')
_NEXT_TOKEN: Final = "x-next-verification-token"

# Headings and rows of the grid, when it shows another position than before.
_ROWS: Final = """before => {
  const grid = document.getElementById("grid");
  const position = document.getElementById("gridPosition").textContent;
  if (grid.getAttribute("aria-busy") !== "false" || position === before) return null;
  const cells = (row) => Array.from(row.cells, (cell) => cell.textContent);
  return [position, cells(grid.tHead.rows[0]), Array.from(grid.tBodies[0].rows, cells)];
}"""


@dataclass(frozen=True)
class ByResponse:
    """A script that clicks through the pages and takes the rows from the responses."""

    page: Page
    base_url: str

    async def __call__(self) -> int:
        def is_data(response: Response) -> bool:
            return response.url.endswith(DATA)

        async with self.page.expect_response(is_data) as answer:
            await self.page.goto(self.base_url + SCREEN, wait_until="commit")
        data = await (await answer.value).json()
        rows: list[dict[str, Any]] = data["rows"]
        forward = self.page.locator("#btnNext")
        while len(rows) < data["total"]:
            async with self.page.expect_response(is_data) as answer:
                await forward.click()
            rows += (await (await answer.value).json())["rows"]
        return len({row["PatientId"] for row in rows})


@dataclass(frozen=True)
class ByTable:
    """A script that clicks through the pages and reads the rendered table."""

    page: Page
    base_url: str

    async def __call__(self) -> int:
        await self.page.goto(self.base_url + SCREEN, wait_until="domcontentloaded")
        forward = self.page.locator("#btnNext")
        rows: list[dict[str, str]] = []
        position = ""
        while True:
            shown = await self.page.wait_for_function(_ROWS, arg=position)
            position, head, cells = await shown.json_value()
            rows += [dict(zip(head, row, strict=True)) for row in cells]
            if await forward.is_disabled():
                return len({row["Patient ID"] for row in rows})
            await forward.click()


@dataclass(frozen=True)
class BareLoop:
    """A loop over the same requests with nothing around it."""

    client: httpx2.AsyncClient

    async def __call__(self) -> int:
        token = TOKEN.findall((await self.client.get(SCREEN)).text)[0]
        rows: list[dict[str, Any]] = []
        page, total = 1, 1
        while len(rows) < total:
            form = {"__RequestVerificationToken": token, "page": page, "pageSize": PAGE_SIZE}
            answer = await self.client.post(DATA, data=form | _NO_FILTER, headers=_XHR)
            answer.raise_for_status()
            data = orjson.loads(answer.content)
            rows += data["rows"]
            total, page, token = data["total"], page + 1, answer.headers[_NEXT_TOKEN]
        return len({row["PatientId"] for row in rows})


_NO_FILTER: Final[dict[str, Any]] = {"search": "", "species": "", "status": ""}
_XHR: Final = {
    "X-Requested-With": "XMLHttpRequest",
    "Accept": "application/json, text/javascript, */*; q=0.01",
}


@dataclass(frozen=True)
class Replay:
    """Our replay of the endpoint, from a session that holds its cookies and nothing else."""

    endpoint: Endpoint
    session: Session
    clock: Clock

    async def __call__(self) -> int:
        self.session.slots.clear()
        answers = replay.replay_endpoint(self.endpoint, self.session, clock=self.clock, rng=rng())
        rows = [row async for answer in answers for row in answer.items]
        return len({row["PatientId"] for row in rows if isinstance(row, dict)})
