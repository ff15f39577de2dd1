"""A portal whose scripts keep the session in the browser: a new tab is in it, or sees it is not."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest
from typing_extensions import override

from automation import browser
from automation.browser import BrowserProfile, FoundBrowser, Timeouts
from automation.model import AllowList, Click, Egress, Fill, Flow, Goto, Practice, Target
from tests import canary
from tests.browser.site import Asked, Served, serving
from tests.fakes import VirtualClock
from tests.infer.logins import NORTH, PASSWORD
from tests.session.house import House, Inside, at_home
from tests.session.stand_ins import CLINICS, TOTP, Page, Scripts

_SCRIPT = """<div id=root></div><script>
const call = async (path, sent, token) => (await fetch(path, {
    method: sent ? "POST" : "GET", body: sent && JSON.stringify(sent),
    headers: token ? {authorization: `Bearer ${token}`} : {},
}));
const enter = async () => {
    const typed = name => document.getElementById(name).value;
    const first = {email: typed("user"), password: typed("password"), deviceId: "d"};
    const waiting = await (await call("/api/auth/login", first)).json();
    const second = {mfa_token: waiting.mfa_token, code: typed("code")};
    const token = (await (await call("/api/auth/mfa", second)).json()).access_token;
    await call("/api/session", {practiceId: PRACTICE}, token);
    STORE.setItem("token", token);
    location = "/home";
};
const show = async () => {
    const token = STORE.getItem("token");
    const reply = token && await call("/api/me", null, token);
    if (reply && reply.ok) {
        root.innerHTML = `<h1>${(await reply.json()).practice.name}</h1>`;
        return;
    }
    root.innerHTML = "<input id=user><input id=password type=password><input id=code>"
        + "<button id=go>Sign in</button>";
    document.getElementById("go").onclick = enter;
};
show();
</script>"""


@dataclass
class Pages(Scripts):
    """The same portal with its scripts: they know a session by what they stored themselves."""

    store: str = "localStorage"

    @override
    def pages(self) -> dict[str, Page]:
        number = next(number for number, label in CLINICS.items() if label == NORTH)
        script = _SCRIPT.replace("STORE", self.store).replace("PRACTICE", number)
        return {**super().pages(), "/login": lambda _: script, "/home": lambda _: script}

    @override
    def _me(self, asked: Asked) -> Served:
        answer = super()._me(asked)
        if answer.status == 401:
            threading.Event().wait(0.3)  # the page is long there before its scripts know
        return answer

    @property
    @override
    def flow(self) -> Flow:
        fields = {"user": "credential.username", "password": "credential.password", "code": "totp"}
        filled = [
            Fill(target=Target(id=field), value=f"{{{{ {name} }}}}")
            for field, name in fields.items()
        ]
        steps = (Goto(url="/login"), *filled, Click(target=Target(id="go")))
        return Flow(flow="login", portal="acme", steps=steps)


@pytest.fixture(params=["localStorage", "sessionStorage"])
def portal(request: pytest.FixtureRequest) -> Iterator[Pages]:
    with serving() as site:
        yield Pages(site, VirtualClock(), store=request.param)


@pytest.fixture
def house(
    portal: Pages, tmp_path: Path, browser_profile: BrowserProfile, found_browser: FoundBrowser
) -> House:
    limits = Timeouts(action_ms=3000, navigation_ms=8000)
    profile = browser_profile.model_copy(update={"timeouts": limits})

    def open_tab(allow: AllowList, egress: Egress) -> AbstractAsyncContextManager[browser.Tab]:
        return browser.open_tab(profile, found_browser, allow=allow, egress=egress)

    made = at_home(portal, tmp_path / "house")
    made.open_tab = open_tab
    return made


@pytest.fixture
def scratch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """All that browsers put on the disk; a path so short that their sockets fit below it."""
    with tempfile.TemporaryDirectory(prefix="vp", ignore_cleanup_errors=True) as folder:
        for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
            monkeypatch.setenv(name, folder)
        yield Path(folder)


def written(house: House, scratch: Path, token: str) -> list[canary.Leak]:
    """Where secrets lie while the browser runs."""
    assert list(scratch.iterdir()), "the browser has its folder here"
    secrets = {"token": token, "password": PASSWORD, "totp": TOTP}
    return canary.scan([house.folder, scratch], secrets)


def shown(house: House, practice: Practice) -> str | None:
    """What a new tab of a new process shows."""

    async def work(inside: Inside) -> str | None:
        async with inside.sessions.signed_in_tab(practice) as tab:
            await tab.rest()
            return await tab.text_of("h1")

    return house.run(work)


def test_a_tab_is_in_the_session_that_scripts_of_another_tab_stored(
    portal: Pages, house: House
) -> None:
    north = house.admit(house.practice(), was_in=False)
    assert [shown(house, north) for _ in range(3)] == [NORTH] * 3
    assert (portal.sent(PASSWORD), house.tabs, len(portal.inside)) == (1, 3, 1)
    assert house.kept().generation == 1


def test_a_tab_is_in_the_session_that_was_opened_without_a_browser(
    portal: Pages, house: House
) -> None:
    north = house.admit(house.practice())
    house.open(north)
    assert shown(house, north) == NORTH
    assert (portal.sent(PASSWORD), house.tabs) == (1, 1)


def test_a_tab_whose_stored_session_ended_sees_it_and_logs_in_without_what_was_stored(
    portal: Pages, house: House
) -> None:
    north = house.admit(house.practice(), was_in=False)
    shown(house, north)
    [dead] = portal.inside
    portal.expire()
    asked = len(portal.site.asked)
    assert shown(house, north) == NORTH
    assert portal.sent(PASSWORD) == 2
    tried = [each for each in portal.site.asked[asked:] if dead in str(each.headers)]
    assert len(tried) == 1, "a dead token is put back once"


def test_what_scripts_stored_lies_on_no_disk_unsealed(
    portal: Pages, house: House, scratch: Path
) -> None:
    north = house.admit(house.practice(), was_in=False)

    async def work(inside: Inside) -> list[canary.Leak]:
        async with inside.sessions.signed_in_tab(north) as tab:
            assert await tab.text_of("h1") == NORTH
            [token] = portal.inside
            assert token in json.dumps([await tab.storage(), await tab.tab_storage()])
            return written(house, scratch, token)

    assert house.run(work) == []
    assert house.run(work) == []
    assert portal.sent(PASSWORD) == 1
