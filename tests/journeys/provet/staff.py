"""People and other programs at work in the simulated organisation: they use its interface."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from tests.journeys.provet.clinic import application, base_url
from tests.simulator import Practice, Simulator

_OPENER = build_opener(ProxyHandler({}))


@dataclass
class Staff:
    """Who writes in one organisation, with an access of their own."""

    portal: Simulator
    practice: Practice
    _token: str = field(default="", repr=False)

    def link(self, path: str) -> str:
        """The absolute address of something."""
        return f"{base_url(self.portal, self.practice)}/api/0.1/{path}"

    def send(self, method: str, path: str, data: object = None) -> Any:  # noqa: ANN401 - JSON
        """One call; what it answers."""
        if not self._token:
            self._token = self._signed_in()
        address = path if path.startswith("http") else self.link(path)
        body = None if data is None else json.dumps(data).encode()
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
        return _answer(Request(address, body, headers, method=method))  # noqa: S310 - loopback

    def get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """What is there."""
        return self.send("GET", path)

    def post(self, path: str, **data: object) -> Any:  # noqa: ANN401 - JSON
        """What is made or done."""
        return self.send("POST", path, data)

    def patch(self, path: str, **data: object) -> Any:  # noqa: ANN401 - JSON
        """What is changed."""
        return self.send("PATCH", path, data)

    def visit(self, day: str) -> Any:  # noqa: ANN401 - JSON
        """A consultation that was booked and let in."""
        patient = next(one for one in self.get("patient/")["results"] if not one["archived"])
        booked = self.post(
            "appointment/",
            start=f"{day}T11:00:00",
            end=f"{day}T11:30:00",
            title="Check",
            complaint="Limps",
            client=patient["client"],
            patients=[patient["url"]],
            department=self.link("department/1/"),
            user=self.link("user/1/"),
            type=1,
        )
        return self.post(f"appointment/{booked['id']}/admit/")

    def _signed_in(self) -> str:
        who = {"grant_type": "client_credentials", **application(self.portal, self.practice)}
        address = f"{base_url(self.portal, self.practice)}/oauth2/token/"
        body = "&".join(f"{name}={text}" for name, text in who.items()).encode()
        token: str = _answer(Request(address, body))["access_token"]  # noqa: S310 - loopback
        return token


def _answer(request: Request) -> Any:  # noqa: ANN401 - JSON
    with _OPENER.open(request, timeout=30) as reply:
        content = reply.read()
    return json.loads(content) if content else None
