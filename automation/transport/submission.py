"""One call that changes the portal, on its way out: it leaves once, in time, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx2

from automation.errors import Bug, PortalDown, VetportalError
from automation.ports import Gate

_STARTED: Final = "send_request_headers.started"
_DONE: Final = "send_request_body.complete"
_NOTHING_LEFT: Final = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
"""What the library raises before it has a connection to send anything on."""


class Submission:
    """Tells the gate how far a call came, and cuts off one that takes too long to leave.

    Args:
        gate: of the call.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate, self._limit = gate, asyncio.timeout(None)
        self._heard = self._leaving = False
        self._by = 0.0

    def extensions(self, timeout: Mapping[str, float]) -> dict[str, Any]:
        """What the library needs to tell how far it is; the answer may take the gate's patience."""
        seconds = self._gate.seconds
        write = seconds + self._gate.upload
        waits = {**timeout, "connect": seconds, "write": write, "pool": seconds}
        return {"trace": self._traced, "timeout": {**waits, "read": self._gate.patience}}

    @asynccontextmanager
    async def way_out(self) -> AsyncIterator[None]:
        """Open the gate, and be through with the block in time.

        Raises:
            TimeoutError: it took longer than the gate allows.
            PortalDown: the call left, and what came back cannot be used.
            VetportalError: the gate stayed shut.
        """
        async with self._limit:
            await self._gate.open()
            self._by = _now() + self._gate.seconds
            self._limit.reschedule(self._by)
            try:
                yield
            except httpx2.RequestError as problem:
                self._doubt(problem)
                raise
            except VetportalError as problem:
                if not self._leaving:
                    raise
                raise PortalDown(problem.message) from problem
        if not self._leaving:  # what stands in for the network tells nothing
            self._gate.leave()
            self._gate.left()

    async def _traced(self, name: str, info: Mapping[str, Any]) -> None:
        """Hear how far the library is; a tunnel through a proxy is not the call yet."""
        self._heard = True
        request = info.get("request")
        if request is not None and request.method == b"CONNECT":
            return
        if name.endswith(_STARTED):
            if self._leaving:
                raise Bug("a call that changes the portal was about to be sent twice")
            self._gate.leave()
            self._leaving = True
            self._limit.reschedule(self._by + self._gate.upload)
        elif name.endswith(_DONE):
            self._gate.left()
            self._limit.reschedule(_now() + self._gate.patience)

    def _doubt(self, problem: httpx2.RequestError) -> None:
        """Where nobody told how far it was, it may have left."""
        if not (self._leaving or self._heard or isinstance(problem, _NOTHING_LEFT)):
            self._gate.leave()


def _now() -> float:
    return asyncio.get_running_loop().time()
