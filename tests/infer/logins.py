"""Logins of portals that exist only here, redacted as captures are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
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
PRACTICES = [{"id": 7, "name": NORTH}, {"id": 9, "name": SOUTH}]
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


def jwt(run: int) -> str:
    return (
        f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx{run}MjM0NTYiLCJleHAiOjE5MDAwMDAwMDB9.abcDEF{run}ghiJKLs"
    )


def single_page(
    run: int, *, device: str | None = None, offer: Sequence[Mapping[str, object]] = PRACTICES
) -> Capture:
    """Password, code, practice: each a call of a script, with a token in a header."""
    mfa, code = f"mf-{run}f12ab34cd56ef78", f"48{run}913"
    portal = Portal(code=code, used={**USED, "5.1": "totp", "6.1": "practice.label"})
    portal.page("/login", "<div id=root></div>")
    if device is not None:
        portal.keeps(deviceId=device)
    portal.xhr(
        "POST",
        "/api/auth/login",
        {"access_token": None, "expires_in": None, "mfa_required": True, "mfa_token": mfa},
        step="4",
        send={
            "email": USER,
            "password": PASSWORD,
            "deviceId": device or f"550e8400-e29b-41d4-a716-44665544000{run}",
        },
    )
    portal.xhr(
        "POST",
        "/api/auth/mfa",
        {"access_token": jwt(run), "refresh_token": f"rt-{run}f6c5b4a392", "expires_in": 3600},
        step="5.2",
        send={"mfa_token": mfa, "code": code},
    )
    portal.keeps(token=jwt(run))
    sent = {"authorization": f"Bearer {jwt(run)}"}
    portal.xhr("GET", "/api/practices", list(offer), step="5.2", headers=sent)
    portal.xhr(
        "POST", "/api/session", {"ok": True}, step="6.1", headers=sent, send={"practiceId": 7}
    )
    board = {"rows": [{"id": 1, "text": "Vaccines are due"}]}
    portal.xhr("GET", "/api/board?practiceId=7", board, step="6.1", headers=sent)
    return portal.done(run)


def list_pets(run: int, offer: Sequence[Mapping[str, object]] = PRACTICES) -> Capture:
    """A screen of the same portal, signed in before it began."""
    portal = Portal(flow="list-pets", used={}).keeps(token=jwt(run))
    portal.page("/pets", "<div id=root></div>")
    sent = {"authorization": f"Bearer {jwt(run)}"}
    pets = [{"id": 100000 + n, "name": f"Pet {n}", "species": "cat"} for n in range(9)]
    portal.xhr("GET", "/api/practices", list(offer), step="1", headers=sent)
    portal.xhr("GET", "/api/pets?practiceId=7", {"pets": pets}, step="1", headers=sent)
    return portal.done(run)
