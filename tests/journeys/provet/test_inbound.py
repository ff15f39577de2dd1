"""The portal tells by itself: what is delivered is stored, and what is forged is not."""

from __future__ import annotations

import hashlib
import http.client
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import httpx2
import pytest

from automation import pipeline
from automation.entities import Entity
from automation.errors import Refused
from automation.inbound import Context, Difference, Done
from automation.model import BUTTON_SALT, Practice, Profile, Secret
from automation.pipeline import Drained, Tools
from automation.store import Erasure, Scope
from tests import canary
from tests.fakes import SharedClock
from tests.fixtures.provet_cloud.desk import NO_CERTIFICATES, Desk
from tests.journeys.counted import peak
from tests.journeys.provet.clinic import PORTAL, moved_in
from tests.journeys.provet.mounted import Mounted, mounted
from tests.journeys.provet.staff import Staff
from tests.journeys.world import NO_BROWSER, Home, name_of
from tests.simulator import Practice as Simulated
from tests.simulator import Simulator, running

pytestmark = pytest.mark.journey

ROUNDS = 400
A_MINUTE = 60
SALT = "s4lt & pepper for clicks"
MEBIBYTE = 1024 * 1024


@dataclass
class World:
    """A simulator that delivers to a server of ours, and a home without a browser."""

    portal: Simulator
    home: Home
    server: Mounted
    clock: SharedClock
    places: list[Simulated] = field(default_factory=list)

    @property
    def first(self) -> Simulated:
        return self.places[0]

    def play(self, scene: Callable[[Tools, Practice], Any], place: int = 0) -> Any:  # noqa: ANN401
        name = name_of(self.places[place])

        async def whole(tools: Tools) -> Any:  # noqa: ANN401 - what the scene gives
            return await scene(tools, await tools.store.practice(name))

        return self.home.work(whole, clock=self.clock)

    def register(self, *, place: int = 0, anew: bool = False) -> Done:
        base = self.server.base
        return cast(
            "Done",
            self.play(lambda t, p: pipeline.register_hooks(t, p, base, anew=anew), place),
        )

    def check(self) -> tuple[Difference, ...]:
        base = self.server.base
        found: tuple[Difference, ...] = self.play(lambda t, p: pipeline.check_hooks(t, p, base))
        return found

    def delivered(self) -> None:
        """Until the portal has nothing more to deliver; what a slow machine missed comes again."""
        for number in range(1, ROUNDS):
            queue = self.portal.dump(self.first.id, "hook_queue")["hook_queue"]
            if all(row["status"] for row in queue):
                return
            if number % 20 == 0:
                self.clock.pass_time(60)
        pytest.fail("the portal delivers on and on")

    def drained(self, place: int = 0) -> Drained:
        """Follow until nothing is due any more."""
        done = self.drain(place)
        while (more := self.drain(place)).run is not None:
            done = more
        return done

    def drain(self, place: int = 0) -> Drained:
        self.clock.pass_time(1)  # two runs of one moment would have one name
        done: Drained = self.play(pipeline.drain, place)
        return done

    def stored(self, kind: str, *, place: int = 0) -> dict[str, Entity]:
        async def scene(tools: Tools, practice: Practice) -> dict[str, Entity]:
            rows = await tools.store.rows(kind, Scope(practice.name), limit=50_000)
            return {row.source_id: row for row in rows}

        found: dict[str, Entity] = self.play(scene, place)
        return found

    def notices(self, place: int = 0) -> int:
        count: int = self.play(lambda t, p: t.notices.count(p.name), place)
        return count

    def address(self, place: int = 0) -> str:
        async def scene(tools: Tools, practice: Practice) -> str:
            secret = await tools.inbound_secrets.make_address(practice.name)
            return f"{self.server.base}/{practice.name}/{secret.reveal()}"

        found: str = self.play(scene, place)
        return found

    def served(self, operation: str) -> int:
        return int(self.portal.counts()["served"].get(operation, 0))


def post(address: str, body: bytes, kind: str = "application/x-www-form-urlencoded") -> int:
    """Post a notice; the status of the answer."""
    split = urlsplit(address)
    line = http.client.HTTPConnection(split.hostname or "", split.port or 0, timeout=60)
    try:
        line.request("POST", split.path, body, {"content-type": kind})
        return line.getresponse().status
    finally:
        line.close()


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Simulator, Home]]:
    with running(PORTAL, patients=40) as portal:
        home = Home.new(tmp_path_factory.mktemp("inbound") / "home", settings=NO_BROWSER)
        moved_in(home, portal)
        yield portal, home


@pytest.fixture
def world(moved: tuple[Simulator, Home], tmp_path: Path) -> Iterator[World]:
    portal, home = moved[0], moved[1].copy(tmp_path / "home")
    portal.clock.advance(A_MINUTE)  # the budgets are as full as the new home believes
    clock = SharedClock(portal)
    portal.faults.clear()
    with mounted(home, clock) as server:
        made = World(portal, home, server, clock, portal.practices())
        yield made
        for hook in portal.dump(made.first.id, "hook_webhook")["hook_webhook"]:
            portal.remove(made.first.id, "hook_webhook", hook["id"])


@pytest.mark.must_hold("provet")
def test_a_change_that_the_portal_tells_of_is_stored_without_a_sync(
    world: World, measured: Callable[..., None]
) -> None:
    assert world.register().created == 32
    staff = Staff(world.portal, world.first)
    client = staff.get("client/?archived=false")["results"][0]
    world.portal.change(world.first.id, "client", client["id"], lastname="Back-Door")
    world.server.wait(200, 1)
    assert world.drained().problem is None
    assert world.stored("client")[str(client["id"])].last_name == "Back-Door"  # type: ignore[attr-defined]  # a client's own
    staff.patch(client["url"], lastname="By-Interface", critical_notes="bites")
    visit = staff.visit("2027-06-07")
    world.delivered()
    world.portal.reset_counts()
    done = world.drained()
    kept = world.stored("client")[str(client["id"])]
    assert (kept.last_name, kept.alert) == ("By-Interface", "bites")  # type: ignore[attr-defined]  # a client's own
    assert str(visit["id"]) in world.stored("consultation")
    assert visit["appointment"].rstrip("/").rpartition("/")[2] in world.stored("appointment")
    assert not [name for name in world.portal.counts()["served"] if name == "client_list"]
    measured("notices followed", done.followed)
    world.portal.change(world.first.id, "client", client["id"], archived=True)
    world.delivered()
    world.drained()
    assert str(client["id"]) not in world.stored("client")


def test_an_invoice_comes_with_its_rows_and_payments_and_loses_what_was_deleted(
    world: World,
) -> None:
    world.register()
    rows = world.portal.dump(world.first.id, "invoicerow")["invoicerow"]
    row = next(one for one in rows if sum(o["invoice"] == one["invoice"] for o in rows) > 1)
    invoice, own = row["invoice"], [one for one in rows if one["invoice"] == row["invoice"]]
    assert post(world.address(), f"invoice_id={invoice}".encode()) == 200
    world.drained()
    assert str(invoice) in world.stored("invoice")
    assert set(world.stored("invoice_line")) == {str(one["id"]) for one in own}
    world.portal.remove(world.first.id, "invoicerow", row["id"])
    world.delivered()
    world.drained()
    assert set(world.stored("invoice_line")) == {str(one["id"]) for one in own} - {str(row["id"])}


@pytest.mark.must_hold("provet")
def test_changed_settings_of_a_department_are_read_again(
    world: World, measured: Callable[..., None]
) -> None:
    world.register()
    assert post(world.address(), b"department_settings_id=1") == 200
    world.drained()

    async def latest(tools: Tools, practice: Practice) -> Profile | None:
        return await tools.profiles.latest(practice.name)

    before = world.play(latest)
    table = world.portal.dump(world.first.id, "settings_department")["settings_department"]
    changed = next(key for key, value in table[0].items() if isinstance(value, bool))
    world.portal.change(
        world.first.id, "settings_department", table[0]["id"], **{changed: not table[0][changed]}
    )
    world.server.wait(200, 2)
    done = world.drained()
    after = world.play(latest)
    assert (done.followed, after.number) == (1, before.number + 1)
    measured("profiles", after.number)


def test_hooks_are_registered_compared_mended_and_removed(world: World) -> None:
    url = world.server.base
    assert {each.what for each in world.check()} == {"missing"}
    assert world.register() == Done(created=32)
    world.portal.reset_counts()
    assert world.register() == Done(unchanged=32)
    assert not world.portal.counts().get("writes")
    hooks = world.portal.dump(world.first.id, "hook_webhook")["hook_webhook"]
    assert {hook["url"] for hook in hooks} == {world.address()}
    world.portal.change(world.first.id, "hook_webhook", hooks[0]["id"], active=False)
    world.portal.remove(world.first.id, "hook_webhook", hooks[1]["id"])
    world.portal.add(world.first.id, "hook_webhook", hooks[2]["id"])
    found = world.check()
    assert sorted(each.what for each in found) == ["differs", "missing", "twice"]
    assert world.address().rpartition("/")[2] not in str(found)
    assert world.register() == Done(created=1, changed=1, removed=1, unchanged=30)
    assert world.check() == ()
    old = world.address()
    assert world.register(anew=True).changed == 32
    assert post(old, b"client_id=1") == 404
    assert post(world.address(), b"client_id=1") == 200
    assert world.play(lambda t, p: pipeline.remove_hooks(t, p, url)) == Done(removed=32)
    assert world.portal.dump(world.first.id, "hook_webhook")["hook_webhook"] == []


def test_while_the_portal_is_down_notices_wait_and_are_followed_later(world: World) -> None:
    world.register()
    staff = Staff(world.portal, world.first)
    one, two, three = staff.get("client/?archived=false")["results"][:3]
    for client in (one, two, three):
        world.portal.change(world.first.id, "client", client["id"], lastname="Later")
    world.server.wait(200, 3)
    world.portal.faults.add("client_get", "503", times=1000)
    done = world.drain()
    assert (done.followed, done.left) == (0, 3)
    assert done.problem is not None
    assert world.stored("client") == {}
    world.portal.faults.clear()
    world.clock.pass_time(3600)
    assert world.drained().left == 0
    assert {row.last_name for row in world.stored("client").values()} == {"Later"}  # type: ignore[attr-defined]  # clients


@pytest.mark.must_hold("provet")
def test_forged_repeated_and_reordered_notices_change_nothing_but_to_the_newest_truth(
    world: World, measured: Callable[..., None]
) -> None:
    world.register()
    staff = Staff(world.portal, world.first)
    client, other = staff.get("client/?archived=false")["results"][:2]
    address, stranger = world.address(), world.address(1)
    guess = address.rpartition("/")[0] + "/guessed"
    crossed = stranger.replace(name_of(world.places[1]), name_of(world.first))
    for forged in (guess, crossed):
        assert post(forged, f"client_id={client['id']}".encode()) == 404
    assert world.notices() == 0
    # what a notice says beside the id is a lie here, and is kept nowhere
    lie = {"client_id": client["id"], "lastname": "Forged", "provet_id": 776, "archived": True}
    assert post(address, json.dumps(lie).encode(), "application/json") == 200
    for number in (999_999, 888_888):
        assert post(address, urlencode({"client_id": number, "user": 1}).encode()) == 200
    for name in ("First", "Second", "Third"):
        world.portal.change(world.first.id, "client", client["id"], lastname=name)
        world.delivered()
    repeated = [post(address, f"client_id={client['id']}".encode()) for _ in range(20)]
    assert set(repeated) == {200}
    world.portal.reset_counts()
    world.drained()
    assert (
        world.served("client_get") <= 3 + 2
    )  # once each, whatever told of it; and who else is there
    kept = world.stored("client")
    assert kept[str(client["id"])].last_name == "Third"  # type: ignore[attr-defined]  # a client's own
    assert str(other["id"]) not in kept or len(kept) == 1
    # the latest notice of all is one of the first change: it comes late, and the newest truth stays
    assert post(address, f"client_id={client['id']}".encode()) == 200
    done = world.drained()
    assert done.changes == 0
    assert world.stored("client")[str(client["id"])].last_name == "Third"  # type: ignore[attr-defined]  # a client's own
    assert world.stored("client", place=1) == {}
    measured("repeated", len(repeated))


def living(world: World) -> list[int]:
    """The clients that are not archived."""
    staff = Staff(world.portal, world.first)
    return [one["id"] for one in staff.get("client/?archived=false&page_size=200")["results"]]


def flood(address: str, bodies: Sequence[bytes], lines: int) -> list[int]:
    """Post all of them over some connections at once; the statuses."""
    split = urlsplit(address)

    def run(some: Sequence[bytes]) -> list[int]:
        line = http.client.HTTPConnection(split.hostname or "", split.port or 0, timeout=120)
        found = []
        for body in some:
            line.request("POST", split.path, body, {"content-type": "application/json"})
            answer = line.getresponse()
            answer.read()
            found.append(answer.status)
        line.close()
        return found

    with ThreadPoolExecutor(lines) as pool:
        parts = [bodies[start::lines] for start in range(lines)]
        return [status for part in pool.map(run, parts) for status in part]


@pytest.mark.must_hold("provet")
def test_a_flood_is_bounded_and_every_real_change_in_it_is_read(
    world: World, measured: Callable[..., None], scale: Callable[[int, int], int]
) -> None:
    count = scale(400, 10_000)
    world.register()
    real = living(world)[:10]
    rng = Random(7)
    forged = (rng.randrange(10**6, 10**6 + count // 2) for _ in range(count))
    bodies = [json.dumps({"client_id": str(n)}).encode() for n in forged]
    before = peak()
    with ThreadPoolExecutor(1) as pool:
        flooding = pool.submit(flood, world.address(), bodies, 8)
        for number in real:
            world.portal.change(world.first.id, "client", number, lastname=f"Real-{number}")
        statuses = flooding.result()
    world.delivered()
    assert statuses == [200] * count
    waiting = world.notices()
    assert waiting <= 2_000 + 2
    grown = (peak() - before) / MEBIBYTE
    assert grown < 120
    world.portal.reset_counts()
    world.drained()
    assert world.notices() == 0
    truth = {str(one["id"]): one for one in world.portal.dump(world.first.id, "client")["client"]}
    kept = world.stored("client")
    assert set(kept) <= set(truth)
    assert {kept[str(n)].last_name for n in real} == {f"Real-{n}" for n in real}  # type: ignore[attr-defined]  # clients
    assert all(row.last_name == truth[number]["lastname"] for number, row in kept.items())  # type: ignore[attr-defined]  # clients
    assert not world.portal.counts().get("throttled")
    measured("notices", count)
    measured("rows at most", waiting)
    measured("memory grown", round(grown, 1), "MB")


def test_a_click_on_the_portals_button_opens_what_was_shown(world: World) -> None:
    async def salt(tools: Tools, practice: Practice) -> None:
        await tools.sessions.put_secret(practice.name, BUTTON_SALT, Secret(SALT))

    world.play(salt)
    staff = Staff(world.portal, world.first)
    patients = staff.get("patient/?archived=false")["results"]
    patient = next(one for one in patients if not staff.get(one["client"])["archived"])
    client = int(patient["client"].rstrip("/").rpartition("/")[2])
    visit = staff.visit("2027-06-08")
    here = world.server.base.replace("/inbound", "/click")
    pairs: list[tuple[str, str]] = []
    shown = {"client": (0, client), "patient": (1, patient["id"]), "consultation": (3, visit["id"])}
    with httpx2.Client(base_url=world.portal.url, verify=NO_CERTIFICATES) as jar:
        lent = SimpleNamespace(client=lambda: jar, login=lambda name: next(
            one for one in world.portal.door.ask("accounts") if one["username"].startswith(name)
        ))  # fmt: skip
        person = Desk(cast("Any", lent)).sign_in("desk")
        for kind, (page, number) in shown.items():
            button = staff.post(
                "custom_integration/",
                name="Ours",
                url=here,
                type=page,
                action=0,
                method=0,
                parameter_name=f"{kind}_id",
                enabled=True,
                add_verification_hash=True,
                verification_salt=SALT,
                include_payload_in_hash=True,
                add_organization_information=True,
            )
            world.server.calls.clear()
            answer = person.post(f"integrations/{button['id']}/launch/", object=number)
            assert answer.status_code == 200, answer.text
            arrived(world.server)
            pairs = world.server.calls[0]
            context = opened(world, pairs)
            assert (context.shown.kind, context.shown.source_id) == (kind, str(number))
            bent = [(name, "1" if name == "user_id" else value) for name, value in pairs]
            bent = bent if bent != pairs else [*pairs[:-1], ("hash", hashlib.sha256().hexdigest())]
            with pytest.raises(Refused, match="does not fit"):
                opened(world, bent)
    world.clock.pass_time(301)
    with pytest.raises(Refused, match="too old"):
        opened(world, pairs)


def opened(world: World, pairs: Sequence[tuple[str, str]]) -> Context:
    """What a click shows."""
    world.clock.pass_time(1)  # two runs of one moment would have one name
    context: Context = world.play(lambda t, p: pipeline.open_click(t, p, pairs))
    return context


def arrived(server: Mounted) -> None:
    """Until a click came."""
    with server._news:  # noqa: SLF001 - the condition that a call notifies
        assert server._news.wait_for(lambda: bool(server.calls), 60)  # noqa: SLF001


def test_no_secret_and_no_payload_is_left_behind_and_erasing_takes_the_notices(
    world: World, tmp_path: Path
) -> None:
    world.register()
    name = "Bellatrix-77-canary"
    address = world.address()
    secret = address.rpartition("/")[2]
    said = json.dumps({"client_id": "1", "lastname": name, "email": f"{name}@mail.example"})
    assert post(address, said.encode(), "application/json") == 200
    assert post(address, f"client_id={name}".encode()) == 400
    assert post(address.replace(secret, "guessed"), said.encode(), "application/json") == 404
    assert world.notices() == 1
    done = world.home.command("inbound", "check", name_of(world.first), "--url", world.server.base)
    assert done.returncode == 0, done.stderr
    still = tmp_path / "still"  # a copy: others have the database open
    shutil.copytree(world.home.path, still)
    secrets = {"secret of the address": secret, "payload": name}
    assert canary.scan([still, f"{done.stdout}{done.stderr}".encode()], secrets) == []

    async def leave(tools: Tools, practice: Practice) -> int:
        return (await Erasure(tools.store.database).erase(practice.name))["notices"]

    assert world.play(leave) == 1
    assert post(address, b"client_id=2") == 404
