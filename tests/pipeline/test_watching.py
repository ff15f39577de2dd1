"""What a run saw is judged, kept, and told of once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from automation.catalog import Catalog
from automation.drift import Consumption, Observation
from automation.errors import PersonNeeded, StepNotPossible
from automation.model import (
    Body,
    Capture,
    Exchange,
    Flow,
    Goto,
    Portal,
    Profile,
    Request,
    Response,
    Snapshot,
)
from automation.pipeline import (
    CaptureWatch,
    Seen,
    Tools,
    consumption_for,
    keep_capture,
    keep_seen,
    observe_capture,
)
from automation.pipeline.watching import keep_profile
from automation.store import BaselineKey
from tests.drift.runs import USED, answers, observed
from tests.fakes import START
from tests.pipeline.scene import NORTH, PORTAL, played

KEY = BaselineKey(NORTH.name, "list-pets", "replay")


def seen(observation: Observation) -> Seen:
    return Seen("list-pets", "list-pets", "replay", observation, USED)


def test_two_runs_make_a_baseline_and_a_change_is_told_until_it_is_gone(tmp_path: Path) -> None:
    def lost(document: dict[str, list[dict[str, object]]]) -> None:
        for row in document["rows"]:
            del row["name"]

    async def scene(tools: Tools) -> None:
        await tools.store.add_practice(NORTH)
        for day in range(3):
            assert await keep_seen(tools, NORTH, [seen(observed(day))]) == ()
        told = await keep_seen(tools, NORTH, [seen(observed(4, answers(lost)))])
        assert "net.body.field.gone" in {each.rule for each in told}
        (incident,) = [
            each
            for each in await tools.incidents.find(states=["open"])
            if each.finding.rule == "net.body.field.gone"
        ]
        assert (incident.runs, incident.name, incident.onlooker) == (1, "list-pets", "replay")
        for day in (5, 6):
            assert await keep_seen(tools, NORTH, [seen(observed(day))]) == ()
        assert await tools.incidents.find(states=["open"]) == ()
        happened = await tools.incidents.history(incident.finding.fingerprint)
        assert [each.what for each in happened] == ["resolved", "opened"]
        (note,) = await tools.baselines.notes(NORTH.name)
        assert note.key == KEY

    played(tmp_path, scene)


def test_a_run_that_failed_for_reasons_of_its_own_changes_nothing(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> None:
        await tools.store.add_practice(NORTH)
        for day in range(2):
            await keep_seen(tools, NORTH, [seen(observed(day))])
        before = await tools.baselines.load(KEY)
        empty = replace(seen(Observation()))
        assert await keep_seen(tools, NORTH, [empty], trouble=True) == ()
        assert await tools.baselines.load(KEY) == before

    played(tmp_path, scene)


PAGE = '- main:\n  - heading "Pets" [level=1]\n  - button "Find"'


def capture() -> Capture:
    response = Response(status=200, body=Body(text='{"rows": []}', mime="application/json"))
    request = Request(method="GET", url=f"{NORTH.base_url}/pets")
    exchange = Exchange(seq=0, started=0, resource="fetch", step="1", request=request)
    pages = [Snapshot(step=step, taken=1, url=NORTH.base_url, aria=PAGE) for step in ("1", "2")]
    pages.append(Snapshot(step="3-failed", taken=2, url=f"{NORTH.base_url}/other", aria=PAGE))
    return Capture(
        id="one",
        flow="list-pets",
        portal=PORTAL,
        practice=NORTH.name,
        base_url=NORTH.base_url,
        started_at=START,
        exchanges=(exchange.model_copy(update={"response": response}),),
        snapshots=tuple(pages),
    )


def test_the_page_on_which_a_step_failed_is_the_one_that_the_step_before_left() -> None:
    portal = Portal(portal=PORTAL, title="Acme", hosts=())
    found = observe_capture(capture(), NORTH, portal, Consumption())
    assert set(found.pages.steps) == {"1", "2"}
    assert set(found.pages.steps["2"].addresses) == {"own /other"}
    assert list(found.network.operations) == ["GET own /pets"]


class Sink:
    """Takes a capture and remembers what it got."""

    def __init__(self) -> None:
        self.got: list[object] = []

    def exchange(self, exchange: Exchange) -> None:
        self.got.append(exchange)

    def snapshot(self, snapshot: Snapshot, png: bytes | None) -> None:
        self.got += [snapshot, png]

    def finish(self, head: Capture) -> None:
        self.got.append(head)

    def abandon(self, head: Capture) -> str:
        self.got.append(head)
        return "there"


def test_whoever_watches_a_capture_hands_everything_on() -> None:
    sink, seen_ = Sink(), capture()
    watch = CaptureWatch(sink, NORTH, Portal(portal=PORTAL, title="Acme", hosts=()), Consumption())
    watch.exchange(seen_.exchanges[0])
    watch.snapshot(seen_.snapshots[2], b"png")
    watch.finish(seen_)
    assert watch.abandon(seen_) == "there"
    assert sink.got == [seen_.exchanges[0], seen_.snapshots[2], b"png", seen_, seen_]


def test_a_flow_that_no_longer_fits_is_judged_and_one_that_needs_a_person_is_not(
    tmp_path: Path,
) -> None:
    files = Catalog(tmp_path / "flows")
    files.write_portal(Portal(portal=PORTAL, title="Acme", hosts=()))
    files.write_flow(Flow(flow="list-pets", portal=PORTAL, steps=(Goto(url="/pets"),)))
    changed = StepNotPossible(flow="list-pets", step="3", target="x", tried=())

    async def scene(tools: Tools) -> None:
        tools = replace(tools, catalog=files)
        await tools.store.add_practice(NORTH)
        key = KEY._replace(onlooker="browser")
        portal = files.portal(PORTAL)
        used = consumption_for(files, PORTAL, "list-pets")
        assert set(used.steps) == {"1"}
        for problem, number in ((PersonNeeded("a code"), 0), (changed, 1), (None, 2)):
            watch = CaptureWatch(Sink(), NORTH, portal, used)
            for snapshot in capture().snapshots:
                watch.snapshot(snapshot, None)
            await keep_capture(tools, NORTH, "list-pets", watch, problem)
            assert (await tools.baselines.load(key))[0] == number

    played(tmp_path / "home", scene)


def test_what_a_practice_configures_has_events_of_its_own(tmp_path: Path) -> None:
    first = Profile(practice=NORTH.name, seen_at=START, sections={"prices": {"1": {"price": "5"}}})
    dearer = first.model_copy(update={"sections": {"prices": {"1": {"price": "6"}}}})

    async def scene(tools: Tools) -> None:
        await tools.store.add_practice(NORTH)
        assert (await keep_profile(tools, first)).number == 1
        assert (await keep_profile(tools, first)).number == 1
        assert (await keep_profile(tools, dearer)).number == 2
        await tools.audit.flush()
        assert await tools.incidents.find() == ()

    played(tmp_path, scene)
