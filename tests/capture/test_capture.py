"""A flow is run once, and what was behind it is kept without a secret."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from typing_extensions import override

from automation.browser import BrowserProfile, FoundBrowser, Tab, Timeouts
from automation.capture import capture_flow, typed_inputs, used_values
from automation.errors import StepNotPossible, Unready
from automation.model import (
    Capture,
    Click,
    Exchange,
    Expect,
    Fill,
    Goto,
    Press,
    Secret,
    Select,
    Snapshot,
    Step,
    Target,
    Upload,
    When,
)
from automation.redact import Redactor
from tests.browser.site import Given, Served, Site, as_json, flow_of, practice_of, redirect, serving
from tests.browser.workshop import Workshop, workshop

PASSWORD, CODE = "p4ssw0rd!", "418273"
VALUES: dict[str, str | Secret] = {
    "credential.username": Secret("ann@acme.example"),
    "credential.password": Secret(PASSWORD),
    "totp": Secret(CODE),
    "input.name": "Bel",
}
LOGIN = """<form method=post action=/LogOn><label>Email <input name=u></label>
<label>Password <input type=password name=p></label><label>Code <input name=c></label>
<button>Sign in</button></form>"""
HOME = """<h1>Patients</h1><label>Find <input id=q></label><ul></ul><script>
  let waiting;
  const load = async () => {
    const found = await fetch("/Grid", {
      method: "POST", headers: {"X-Slot": "tok-5f2c8a91d3"}, body: new URLSearchParams({q: q.value})
    });
    const rows = await found.json();
    document.querySelector("ul").innerHTML = rows.map(row => `<li>${row}</li>`).join("");
  };
  q.oninput = () => { clearTimeout(waiting); waiting = setTimeout(load, 300) };
  load();
</script>"""
SIGN_IN = (
    Goto(url="/LogOn"),
    Fill(target=Target(label="Email"), value="{{ credential.username }}"),
    Fill(target=Target(label="Password"), value="{{ credential.password }}"),
    Fill(target=Target(label="Code"), value="{{ totp }}"),
    Click(target=Target(role="button", name="Sign in")),
)
FIND = Fill(target=Target(label="Find"), value="{{ input.name }}")


class RealClock:
    """The time of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass
class Kept:
    """A writer that keeps what it gets in memory."""

    exchanges: list[Exchange] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    pictures: list[bytes | None] = field(default_factory=list)
    head: Capture | None = None
    abandoned: Capture | None = None

    def exchange(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)

    def snapshot(self, snapshot: Snapshot, png: bytes | None) -> None:
        self.snapshots.append(snapshot)
        self.pictures.append(png)

    def finish(self, head: Capture) -> None:
        self.head = head

    def abandon(self, head: Capture) -> str:
        self.abandoned = head
        return "captures/failed-try-it"

    @override
    def __str__(self) -> str:
        heads = [head.model_dump_json() for head in (self.head, self.abandoned) if head]
        kept = [*self.exchanges, *self.snapshots]
        return "\n".join([*heads, *(each.model_dump_json() for each in kept)])


@pytest.fixture(scope="module")
def running(browser_profile: BrowserProfile, found_browser: FoundBrowser) -> Iterator[Workshop]:
    short = Timeouts(action_ms=2000, navigation_ms=8000)
    with workshop(browser_profile.model_copy(update={"timeouts": short}), found_browser) as one:
        yield one


@pytest.fixture
def site() -> Iterator[Site]:
    with filled() as one:
        yield one


@contextmanager
def filled() -> Iterator[Site]:
    """A site with a login and a page that loads its data."""
    with serving() as one:
        one.pages |= {
            "/LogOn": lambda asked: signed_in() if asked.body else LOGIN,
            "/Home": HOME,
            "/Grid": as_json(["Bella", "Max"]),
        }
        yield one


def signed_in() -> Served:
    return redirect("/Home", ("Set-Cookie", "sid=5e55i0n-c00kie-9f; Path=/; HttpOnly"))


def captured(
    running: Workshop,
    site: Site,
    *steps: Step,
    writer: Kept,
    values: Given | None = None,
) -> Capture:
    portal, practice = practice_of(site.url)

    async def work(tab: Tab) -> Capture:
        return await capture_flow(
            flow_of(*steps),
            tab,
            values or Given(dict(VALUES)),
            practice=practice,
            portal=portal,
            redactor=Redactor(b"k" * 32, {}),
            writer=writer,
            clock=RealClock(),
            inputs={"name": "Bel"},
        )

    return running.run(site.url, work)


@dataclass(frozen=True)
class Once:
    """A sign-in with a search, captured once for the tests that only look at it."""

    capture: Capture
    kept: Kept
    url: str
    since: datetime


@pytest.fixture(scope="module")
def once(running: Workshop) -> Iterator[Once]:
    with filled() as site:
        since, kept = datetime.now(UTC), Kept()
        capture = captured(running, site, *SIGN_IN, FIND, Expect(url="/Home"), writer=kept)
        yield Once(capture, kept, site.url, since)


def test_each_exchange_says_which_step_caused_it(once: Once) -> None:
    told = [
        (each.step, each.request.method, each.request.url.removeprefix(once.url))
        for each in once.capture.exchanges
    ]
    assert told == [
        ("1", "GET", "/LogOn"),
        ("5", "POST", "/LogOn"),
        ("5", "GET", "/Home"),
        ("5", "POST", "/Grid"),
        ("6", "POST", "/Grid"),
    ]
    assert once.capture.exchanges[2].redirect_of == once.capture.exchanges[1].seq


def test_a_capture_says_whose_it_is_and_what_was_typed_where(once: Once) -> None:
    capture = once.capture
    assert (capture.flow, capture.portal, capture.practice) == ("try-it", "acme", "north")
    assert capture.base_url == once.url
    assert once.since <= capture.started_at <= datetime.now(UTC)
    assert capture.id == f"{capture.started_at:%Y%m%dT%H%M%S%f}-try-it"
    assert (capture.inputs, capture.typed) == ({"name": "Bel"}, {"6": "name"})
    assert (capture.label, capture.used["3"]) == ("north", "credential.password")
    assert capture.timezone


def test_there_is_a_snapshot_with_a_picture_for_each_step(once: Once) -> None:
    snapshots = once.capture.snapshots
    assert [each.step for each in snapshots] == ["1", "2", "3", "4", "5", "6", "7"]
    assert [each.screenshot for each in snapshots][:2] == ["step-1.png", "step-2.png"]
    assert all(png and png.startswith(b"\x89PNG") for png in once.kept.pictures)
    assert '- heading "Patients"' in snapshots[-1].aria
    taken = [each.taken for each in snapshots]
    assert taken == sorted(taken)


def test_the_writer_gets_what_the_caller_gets(once: Once) -> None:
    head = once.kept.head
    assert head is not None
    assert (head.exchanges, head.snapshots) == ((), ())
    together = {
        "exchanges": tuple(once.kept.exchanges),
        "snapshots": tuple(once.kept.snapshots),
    }
    assert head.model_copy(update=together) == once.capture
    assert once.kept.abandoned is None


def test_no_secret_reaches_the_writer(once: Once) -> None:
    (posted,) = [each for each in once.kept.exchanges if each.request.url.endswith("/LogOn")][1:]
    assert posted.request.body is not None
    assert "credential.password" in posted.request.body.text
    for secret in (PASSWORD, "p4ssw0rd%21", CODE, "ann@acme", "ann%40acme", "5e55i0n-c00kie-9f"):
        assert secret not in str(once.kept)


def test_a_secret_is_known_to_the_redactor_before_it_is_typed(
    running: Workshop, site: Site
) -> None:
    """The page sends what is typed away; a secret learnt later would be missed there."""
    site.pages["/LogOn"] = LOGIN + (
        "<script>addEventListener('change', event =>"
        " fetch('/keys', {method: 'POST', body: event.target.value}))</script>"
    )
    site.pages["/keys"] = as_json(1)
    kept = Kept()
    captured(running, site, *SIGN_IN[:4], Press(key="Tab"), writer=kept)
    assert [each.body for each in site.asked if each.path == "/keys"] == [
        b"ann@acme.example",
        PASSWORD.encode(),
        CODE.encode(),
    ]
    assert PASSWORD not in str(kept)
    assert CODE not in str(kept)


def test_what_a_timer_asks_for_belongs_to_no_step(running: Workshop, site: Site) -> None:
    site.pages |= {
        "/": """<button onclick="fetch('/data')">Go</button>
            <script>setInterval(() => fetch("/poll"), 400)</script>""",
        "/poll": as_json(1),
        "/data": as_json(2),
    }
    go = Click(target=Target(role="button", name="Go"))
    clicks = [str(number) for number in range(2, 12)]
    capture = captured(running, site, Goto(url="/"), *[go] * len(clicks), writer=Kept())
    steps = {
        path: [each.step for each in capture.exchanges if each.request.url.endswith(path)]
        for path in ("/data", "/poll")
    }
    assert steps["/data"] == clicks
    assert set(steps["/poll"]) <= {None, "1", *clicks}
    assert steps["/poll"].count(None) >= 4


def test_what_comes_late_belongs_to_the_action_and_not_to_the_look_that_waits_for_it(
    running: Workshop, site: Site
) -> None:
    site.pages |= {
        "/": """<button onclick="setTimeout(go, 1200)">Go</button><script>
            const go = async () => {
              await fetch("/data");
              document.body.insertAdjacentHTML("beforeend", "<h1>There</h1>");
            }</script>""",
        "/data": as_json(1),
    }
    capture = captured(
        running,
        site,
        Goto(url="/"),
        Click(target=Target(role="button", name="Go")),
        Expect(target=Target(role="heading", name="There")),
        writer=Kept(),
    )
    assert [each.step for each in capture.exchanges] == ["1", "2"]


def test_what_is_left_out_is_counted(running: Workshop, site: Site) -> None:
    site.pages["/"] = "<img src=http://localhost:9/a.png><img src=/b.png>"
    capture = captured(running, site, Goto(url="/"), writer=Kept())
    assert {(each.rule, each.url) for each in capture.dropped} == {
        ("foreign-host", "http://localhost:9/a.png"),
        ("static", f"{site.url}/b.png"),
    }


def test_a_flow_that_fails_leaves_its_part_without_secrets_and_says_where(
    running: Workshop, site: Site
) -> None:
    kept = Kept()
    missing = Click(target=Target(role="button", name="Not there"))
    with pytest.raises(StepNotPossible) as caught:
        captured(running, site, *SIGN_IN, missing, writer=kept)
    assert kept.head is None
    assert kept.abandoned is not None
    assert "captures/failed-try-it" in caught.value.remedy
    assert [each.request.url for each in kept.exchanges][-1] == f"{site.url}/Grid"
    assert kept.snapshots[-1].step == "5-failed"
    assert kept.pictures[-1] is not None
    assert PASSWORD not in str(kept)


def test_a_browser_that_ends_leaves_its_part_too(running: Workshop, site: Site) -> None:
    class Ending(Given):
        tab: Tab

        @override
        async def resolve(self, name: str) -> str | Secret:
            await self.tab.context.close()
            return await super().resolve(name)

    portal, practice = practice_of(site.url)
    kept = Kept()

    async def work(tab: Tab) -> None:
        values = Ending(dict(VALUES))
        values.tab = tab
        await capture_flow(
            flow_of(*SIGN_IN),
            tab,
            values,
            practice=practice,
            portal=portal,
            redactor=Redactor(b"k" * 32, {}),
            writer=kept,
            clock=RealClock(),
            inputs={},
        )

    with pytest.raises(Unready, match="the browser ended in step 2"):
        running.run(site.url, work)
    assert [each.request.url for each in kept.exchanges] == [f"{site.url}/LogOn"]
    assert kept.abandoned is not None


def test_a_writer_that_cannot_write_is_heard_and_nothing_is_finished(
    running: Workshop, site: Site
) -> None:
    class Full(Kept):
        @override
        def exchange(self, exchange: Exchange) -> None:
            raise Unready("no space is left")

    full = Full()
    with pytest.raises(Unready, match="no space is left"):
        captured(running, site, *SIGN_IN, writer=full)
    assert full.head is None


def test_the_tab_is_as_quick_afterwards_as_before(running: Workshop, site: Site) -> None:
    quiet: list[float] = []

    portal, practice = practice_of(site.url)

    async def work(tab: Tab) -> None:
        quiet.append(tab.quiet)
        await capture_flow(
            flow_of(Goto(url="/LogOn")),
            tab,
            Given(),
            practice=practice,
            portal=portal,
            redactor=Redactor(b"k" * 32, {}),
            writer=Kept(),
            clock=RealClock(),
            inputs={},
        )
        quiet.append(tab.quiet)

    running.run(site.url, work)
    assert quiet[0] == quiet[1] < 0.5


def test_the_inputs_are_found_in_every_step_that_types() -> None:
    target = Target(label="x")
    steps: tuple[Step, ...] = (
        Goto(url="/Find?q={{ input.query }}"),
        Fill(target=target, value="{{ credential.username }}"),
        When(
            target=target,
            steps=(
                Select(target=target, option="{{ input.species }}"),
                Upload(target=target, file="{{ input.card }}"),
            ),
        ),
        Fill(target=target, value="plain"),
    )
    assert dict(typed_inputs(steps)) == {"1": "query", "3.1": "species", "3.2": "card"}


def test_what_a_step_types_or_chooses_by_is_known_when_it_is_no_input() -> None:
    label = Target(role="button", name="{{ practice.label }}")
    steps: tuple[Step, ...] = (
        Fill(target=Target(label="x"), value="{{ credential.password }}"),
        Fill(target=Target(label="x"), value="{{ input.query }}"),
        When(target=label, steps=(Click(target=label),)),
        Select(target=Target(label="x"), option="{{ practice.label }}"),
        Expect(target=label),
    )
    assert dict(used_values(steps)) == {
        "1": "credential.password",
        "3.1": "practice.label",
        "4": "practice.label",
    }
