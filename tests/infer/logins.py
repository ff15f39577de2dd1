"""Logins of portals that exist only here, redacted as captures are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self
from urllib.parse import urlencode

from automation.model import Body, Capture, Exchange, Request, Response, Secret, Snapshot
from automation.redact import Redactor

BASE = "https://portal.example"
USER = "ada@clinic.example"
PASSWORD = "Correct-horse-42"
NORTH, SOUTH = "North Clinic", "South Clinic"
USED = {"2": "credential.username", "3": "credential.password"}

_REDACTOR = Redactor(
    b"k" * 32,
    {"credential.username": Secret(USER), "credential.password": Secret(PASSWORD)},
)


@dataclass
class Portal:
    """Builds one capture of a login; everything in it is redacted at the end, as it really is."""

    flow: str = "login"
    label: str = NORTH
    practice: str = "one"
    code: str | None = None
    used: dict[str, str] = field(default_factory=lambda: dict(USED))
    exchanges: list[Exchange] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)

    def page(self, path: str, html: str, *, step: str = "1", **sets: str) -> Self:
        body = Body(text=html, mime="text/html", size=len(html))
        return self._add("GET", path, None, body, step=step, resource="document", sets=sets)

    def post(self, path: str, html: str = "", *, step: str, **form: str) -> Self:
        """A form that the page sends; the page that comes back is that of a redirect."""
        sent = Body(text=urlencode(form), mime="application/x-www-form-urlencoded")
        body = Body(text=html, mime="text/html", size=len(html))
        return self._add("POST", path, sent, body, step=step, resource="document")

    def xhr(  # noqa: PLR0913 - the parts of an HTTP call
        self,
        method: str,
        path: str,
        answer: object = None,
        *,
        step: str,
        send: object = None,
        headers: dict[str, str] | None = None,
        sets: dict[str, str] | None = None,
    ) -> Self:
        sent = None if send is None else Body(text=json.dumps(send), mime="application/json")
        text = "" if answer is None else json.dumps(answer)
        body = Body(text=text, mime="application/json" if text else "", size=len(text))
        return self._add(
            method, path, sent, body, step=step, resource="xhr", headers=headers, sets=sets
        )

    def keeps(self, **storage: str) -> Self:
        """What the storage of the page holds from now on."""
        now = len(self.exchanges) - 0.5
        self.snapshots.append(Snapshot(step="1", taken=now, url=BASE, storage=storage))
        return self

    def _add(  # noqa: PLR0913 - the parts of an HTTP call
        self,
        method: str,
        path: str,
        sent: Body | None,
        body: Body,
        *,
        step: str,
        resource: str,
        headers: dict[str, str] | None = None,
        sets: dict[str, str] | None = None,
    ) -> Self:
        cookies = (("set-cookie", f"{k}={v}; Path=/") for k, v in (sets or {}).items())
        number = len(self.exchanges)
        self.exchanges.append(
            Exchange(
                seq=number,
                started=float(number),
                finished=number + 0.4,
                step=step,
                resource=resource,
                request=Request(
                    method=method,
                    url=BASE + path,
                    headers=tuple((headers or {}).items()),
                    body=sent,
                ),
                response=Response(status=200, headers=tuple(cookies), body=body),
            )
        )
        return self

    def done(self, run: int = 0) -> Capture:
        if self.code is not None:
            _REDACTOR.learn("totp", self.code)
        exchanges, snapshots = _REDACTOR.redact(self.exchanges, self.snapshots)
        return Capture(
            id=f"{self.flow}-{run}",
            flow=self.flow,
            portal="example",
            practice=self.practice,
            base_url=BASE,
            started_at=datetime(2026, 6, 15, 9 + run, tzinfo=UTC),
            label=self.label,
            used=self.used,
            exchanges=exchanges,
            snapshots=snapshots,
        )


def hidden(fields: dict[str, str]) -> str:
    """Hidden inputs of a form."""
    pairs: Iterable[tuple[str, str]] = fields.items()
    return "".join(f'<input type="hidden" name="{k}" value="{v}">' for k, v in pairs)
