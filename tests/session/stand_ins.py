"""Two small portals over real HTTP: one of pages and forms, one of scripts and bearer tokens.

Both want a password, a one-time code and the choice of a practice, refuse what is wrong, and count
nothing themselves: what they were sent stands in ``site.asked``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Final
from urllib.parse import parse_qsl

from typing_extensions import override

from automation import vault
from automation.model import (
    Chosen,
    Click,
    Constant,
    Endpoint,
    Fill,
    Flow,
    FromSecret,
    FromSession,
    Goto,
    LoginOutcome,
    Otp,
    Portal,
    RequestTemplate,
    ResponseShape,
    Secret,
    Slot,
    Source,
    Target,
)
from tests.browser.site import Asked, Served, Site, as_json, redirect
from tests.fakes import VirtualClock
from tests.infer.logins import NORTH, PASSWORD, SOUTH, USER, list_pets, single_page
from tests.infer.traffic import infer

TOTP: Final = "JBSWY3DPEHPK3PXP"
WRONG: Final = "Wr0ng-horse-43"
DAY: Final = 86_400
CLINICS: Final = {"7": NORTH, "9": SOUTH}

Page = Callable[[Asked], "str | Served"]


@dataclass
class StandIn:
    """What both have: a site, a clock, and who is signed in.

    Attributes:
        site: the pages.
        clock: the time of its answers and of its codes.
        inside: the practice of each session that is signed in, by its number.
        used: the codes that were accepted; none is a second time.
        always: the practice that everybody gets, whichever they choose.
    """

    site: Site
    clock: VirtualClock
    inside: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    given: int = 0
    always: str = ""

    def __post_init__(self) -> None:
        for path, page in self.pages().items():
            self.site.pages[path] = self._dated(page)

    def pages(self) -> dict[str, Page]:
        raise NotImplementedError

    def endpoints(self) -> tuple[Endpoint, ...]:
        raise NotImplementedError

    @property
    def password_path(self) -> str:
        raise NotImplementedError

    @property
    def code_path(self) -> str:
        raise NotImplementedError

    @property
    def choice_path(self) -> str:
        raise NotImplementedError

    @property
    def portal(self) -> Portal:
        return Portal(portal="acme", title="Acme", hosts=())

    @property
    def flow(self) -> Flow:
        """The login as it was recorded; only a browser would play it."""
        steps = (
            Goto(url="/login"),
            Fill(target=Target(id="user"), value="{{ credential.username }}"),
            Fill(target=Target(id="password"), value="{{ credential.password }}"),
            Click(target=Target(id="go")),
        )
        return Flow(flow="login", portal="acme", steps=steps)

    def sent(self, text: str) -> int:
        """In how many requests this text stood."""
        return sum(text.encode() in asked.body for asked in self.site.asked)

    def posted(self, path: str) -> int:
        return sum((each.method, each.path) == ("POST", path) for each in self.site.asked)

    def instead(self, path: str, served: Served, *, method: str = "POST") -> None:
        """Answer this from now on, whatever is sent."""
        usual = self.site.pages[path]
        assert callable(usual)

        def page(asked: Asked) -> str | Served:
            return served if asked.method == method else usual(asked)

        self.site.pages[path] = self._dated(page)

    def expire(self) -> None:
        """End every session."""
        self.inside.clear()

    def accepts(self, code: str) -> bool:
        right = vault.Totp.parse(Secret(TOTP)).code(self.clock.now()).reveal()
        good = code == right and code not in self.used
        self.used.add(code)
        return good

    def number(self, of: str) -> str:
        """A fresh name of something."""
        self.given += 1
        return f"{of}-{self.given:06}"

    def _dated(self, page: Page) -> Page:
        def answer(asked: Asked) -> Served:
            made = page(asked)
            served = made if isinstance(made, Served) else Served(made)
            date = format_datetime(self.clock.now(), usegmt=True)
            headers = [*served.headers, ("Date", date)]
            return Served(served.content, served.status, served.mime, headers)

        return answer


# ---------------------------------------------------------------- pages and forms


@dataclass
class Forms(StandIn):
    """Server-made pages, a token in each form, cookies; a device is trusted for thirty days."""

    latest: dict[str, str] = field(default_factory=dict)

    password_path = "/login"
    code_path = "/code"
    choice_path = "/pick"

    @property
    @override
    def portal(self) -> Portal:
        alert = "[role=alert]"
        rules = (
            LoginOutcome(meaning="refused", target_css=alert, text="name or password"),
            LoginOutcome(meaning="code_refused", target_css=alert, text="code is wrong"),
        )
        return super().portal.model_copy(update={"outcomes": rules})

    @override
    def pages(self) -> dict[str, Page]:
        return {
            "/login": self._login,
            "/code": self._code,
            "/pick": self._pick,
            "/home": self._home,
            "/ping": self._ping,
        }

    @override
    def endpoints(self) -> tuple[Endpoint, ...]:
        token = Slot(open="/login", sources=(Source(css="input[name=token]", attribute="value"),))
        secrets = {
            "user": FromSecret(secret="credential.username"),
            "password": FromSecret(secret="credential.password"),
        }
        buttons = Source(css="button[name=practice]")
        choice = Chosen(chosen="practice.label", items=buttons, value="value")

        def call(name: str, turn: int, trigger: str, **form: object) -> Endpoint:
            sent = {"token": FromSession(session="token"), **form}
            return Endpoint(
                endpoint=name,
                flow="login",
                effect="auth",
                turn=turn,
                trigger=trigger,
                request=RequestTemplate(
                    method="POST",
                    url=f"/{name.removeprefix('send-')}",
                    encoding="form",
                    form=sent,
                ),
                response=ResponseShape(kind="html"),
                slots={"token": token},
            )

        return (
            call("login", 1, "4", **secrets),
            call("send-code", 2, "5.2", code=Otp(otp="totp")),
            call("send-pick", 3, "6.1", practice=choice),
            Endpoint(
                endpoint="get-ping",
                effect="read",
                request=RequestTemplate(
                    method="GET", url="/ping", headers={"X-Ask": Constant(constant="yes")}
                ),
            ),
        )

    def _login(self, asked: Asked) -> str | Served:
        if asked.method == "GET":
            return self._form(asked, "", "<input name=user><input type=password name=password>")
        form = fields(asked)
        if not self._is_ours(asked):
            return Served("stale", 400)
        if (form["user"], form["password"]) != (USER, PASSWORD):
            alert = "<p role=alert>User name or password is wrong.</p>"
            return self._form(asked, alert, "<input type=password name=password>")
        sid = self.number("sid")
        self.inside[sid] = ""
        to = "/pick" if "device=trusted" in asked.headers.get("cookie", "") else "/code"
        return redirect(to, ("Set-Cookie", f"sid={sid}; Path=/; HttpOnly"))

    def _code(self, asked: Asked) -> str | Served:
        field_ = "<input name=code autocomplete=one-time-code>"
        if asked.method == "GET":
            return self._form(asked, "", field_)
        form = fields(asked)
        if not self._is_ours(asked):
            return Served("stale", 400)
        if not self.accepts(form["code"]):
            return self._form(asked, "<p role=alert>The code is wrong.</p>", field_)
        return redirect(
            "/pick",
            ("Set-Cookie", f"device=trusted; Path=/; Max-Age={30 * DAY}"),
            ("Set-Cookie", f"banner=seen; Path=/; Max-Age={DAY}"),
        )

    def _pick(self, asked: Asked) -> str | Served:
        if asked.method == "GET":
            buttons = "".join(
                f"<button name=practice value={number}>{label}</button>"
                for number, label in CLINICS.items()
            )
            return self._form(asked, "", buttons)
        form = fields(asked)
        if not self._is_ours(asked):
            return Served("stale", 400)
        self.inside[cookie(asked, "sid")] = self.always or CLINICS[form["practice"]]
        return redirect("/home")

    def _home(self, asked: Asked) -> str | Served:
        clinic = self.inside.get(cookie(asked, "sid"))
        if not clinic:
            return redirect("/login")
        return (
            f"<header><b class=clinic>{clinic}</b></header><h1>Today</h1>"
            f"<ul><li>{NORTH}</li><li>{SOUTH}</li></ul>{'<p>more</p>' * 50}"
        )

    def _ping(self, asked: Asked) -> str | Served:
        good = bool(self.inside.get(cookie(asked, "sid")))
        return as_json({"ok": good}, status=200 if good else 401)

    def _form(self, asked: Asked, above: str, inside: str) -> Served:
        visitor = cookie(asked, "visitor") or self.number("visitor")
        self.latest[visitor] = self.number("token")
        hidden = f"<input type=hidden name=token value={self.latest[visitor]}>"
        form = f"<form method=post action={asked.path}>{hidden}{inside}</form>"
        headers = [("Set-Cookie", f"visitor={visitor}; Path=/")]
        return Served(f"<h1>Acme</h1>{above}{form}", headers=headers)

    def _is_ours(self, asked: Asked) -> bool:
        """Only the latest form of the same visitor is good, and only once."""
        token = self.latest.pop(cookie(asked, "visitor"), None)
        return token is not None and token == fields(asked).get("token")


def fields(asked: Asked) -> dict[str, str]:
    return dict(parse_qsl(asked.body.decode(), keep_blank_values=True))


def cookie(asked: Asked, name: str) -> str:
    pairs = (part.strip().partition("=") for part in asked.headers.get("cookie", "").split(";"))
    return next((value for key, _, value in pairs if key == name), "")


# ---------------------------------------------------------------- scripts and tokens


@dataclass
class Scripts(StandIn):
    """One page, JSON calls, a bearer token, no cookies; endpoints inferred from captures."""

    waiting: set[str] = field(default_factory=set)

    password_path = "/api/auth/login"
    code_path = "/api/auth/mfa"
    choice_path = "/api/session"

    @override
    def pages(self) -> dict[str, Page]:
        return {
            "/login": lambda _: "<div id=root></div>",
            "/home": lambda _: "<div id=root></div>",
            "/api/auth/login": self._login,
            "/api/auth/mfa": self._mfa,
            "/api/practices": self._practices,
            "/api/session": self._session,
            "/api/me": self._me,
        }

    @override
    def endpoints(self) -> tuple[Endpoint, ...]:
        found = infer(single_page(0), single_page(1), list_pets(0), list_pets(1))
        listing = found["list-practices"]
        request = listing.request.model_copy(update={"url": "/api/me"})
        own = {"endpoint": "get-me", "turn": None, "request": request, "response": ResponseShape()}
        return (*found.values(), listing.model_copy(update=own))

    def _login(self, asked: Asked) -> Served:
        sent = json.loads(asked.body)
        if (sent["email"], sent["password"]) != (USER, PASSWORD) or not sent["deviceId"]:
            return as_json({"error": "invalid_credentials"}, status=401)
        token = self.number("mfa")
        self.waiting.add(token)
        return as_json({"access_token": None, "mfa_required": True, "mfa_token": token})

    def _mfa(self, asked: Asked) -> Served:
        sent = json.loads(asked.body)
        if sent["mfa_token"] not in self.waiting or not self.accepts(sent["code"]):
            return as_json({"error": "invalid_code"}, status=401)
        token = self.number("access")
        self.inside[token] = ""
        return as_json({"access_token": token, "expires_in": 3600})

    def _practices(self, asked: Asked) -> Served:
        if bearer(asked) not in self.inside:
            return as_json({"error": "unauthorized"}, status=401)
        return as_json([{"id": int(number), "name": label} for number, label in CLINICS.items()])

    def _session(self, asked: Asked) -> Served:
        if bearer(asked) not in self.inside:
            return as_json({"error": "unauthorized"}, status=401)
        chosen = CLINICS[str(json.loads(asked.body)["practiceId"])]
        self.inside[bearer(asked)] = self.always or chosen
        return as_json({"ok": True})

    def _me(self, asked: Asked) -> Served:
        clinic = self.inside.get(bearer(asked))
        if not clinic:
            return as_json({"error": "unauthorized"}, status=401)
        return as_json({"user": "ada", "practice": {"name": clinic}})


def bearer(asked: Asked) -> str:
    return asked.headers.get("authorization", "").removeprefix("Bearer ")
