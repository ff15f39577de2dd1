"""Every event is delivered at least once, none is invented, and every signature is ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from automation.notify import WINDOW, made_up
from automation.store import Deliveries
from tests.notify.support import Post, with_post

Measure = Callable[..., None]
Scale = Callable[[int, int], int]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_an_event_arrives_signed_and_thin(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(post: Post) -> None:
        await post.expect(1)
        assert (await post.courier.carry("whe_1")).delivered == 1
        [body] = post.receiver.taken
        [event] = await post.rows.outbox.events("default")
        assert body["id"] == event.id == post.receiver.headers[0]["webhook-id"]
        assert body["type"] == "patient.created"
        assert "Rex" not in str(body)
        assert body["data"]["id"].startswith("pat_")
        assert set(body["data"]) == {
            *("practice", "kind", "id", "location_id", "fields", "sequence", "action", "status")
        }
        assert await post.states() == ["delivered"]

    with_post(path, monkeypatch, scene)


def test_a_full_payload_tells_what_is_stored_and_no_raw_item(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(post: Post) -> None:
        await post.add("whe_full", payload="full")
        await post.add("whe_few", payload="full", reads=("client",))
        await post.begin()
        await post.read(1)
        await post.relay()
        post.receiver.keys.clear()
        for each in ("whe_full", "whe_few"):
            await post.courier.carry(each)
        [full] = post.receiver.taken
        assert full["data"]["object"]["name"] == "Rex"
        assert not {"raw", "content_hash", "run"} & set(full["data"]["object"])

    with_post(path, monkeypatch, scene)


def test_while_a_secret_is_rotated_who_knows_either_can_verify(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(post: Post) -> None:
        _, old = await post.add()
        _, new = await post.add("whe_other", types=("client.*",))
        until = post.clock.now() + timedelta(hours=1)
        await post.rows.webhooks.rotate("whe_1", new, organization=None, until=until)
        await post.begin()
        for number, keys in enumerate(([old], [new])):
            post.receiver.keys = keys
            await post.read(number)
            await post.relay()
            assert (await post.courier.carry("whe_1")).delivered == 1

    with_post(path, monkeypatch, scene)


@pytest.mark.must_hold("serve")
def test_a_receiver_that_is_down_for_an_hour_gets_every_event_and_none_that_was_not(
    path: Path, monkeypatch: pytest.MonkeyPatch, measured: Measure, scale: Scale
) -> None:
    """When it is back, every fifth batch ends before it is kept, as that of a killed process."""
    count = scale(300, 10_000)

    async def scene(post: Post) -> None:
        await post.expect(*range(count // 2))
        tries = await an_hour_down(post, range(count // 2, count))
        kills = await carried_with_kills(post, monkeypatch)
        events = await post.rows.outbox.events("default", limit=20_000)
        wanted, counted = {each.id for each in events}, Counter(post.receiver.ids)
        measured("events", len(wanted))
        measured("lost", len(wanted - set(counted)))
        measured("invented", len(set(counted) - wanted))
        measured("delivered more than once", sum(n > 1 for n in counted.values()))
        measured("tries while it was down", tries)
        measured("batches killed after sending", kills)
        assert len(wanted) == count
        assert set(counted) == wanted
        assert kills > 1
        assert tries < 60  # it was not knocked at for each event

    with_post(path, monkeypatch, scene)


async def an_hour_down(post: Post, more: Iterable[int]) -> int:
    """Let events come and nobody take them; how often it was tried."""
    post.receiver.down = True
    for minute in range(60):
        await post.courier.carry("whe_1")
        if minute == 30:
            await post.read(*more)
            await post.relay()
        post.clock.pass_time(60)
    assert post.receiver.taken == []
    post.receiver.down = False
    return post.receiver.asked


async def carried_with_kills(post: Post, patch: pytest.MonkeyPatch) -> int:
    """Carry until nothing waits; how often the process died before it kept what came of it."""
    keep, calls, kills = Deliveries.settle, 0, 0

    async def settle(*told: Any, **more: Any) -> None:  # noqa: ANN401 - as the real one
        nonlocal calls
        calls += 1
        if calls % 5 == 0:
            raise ZeroDivisionError
        await keep(*told, **more)

    patch.setattr(Deliveries, "settle", settle)
    while await post.rows.deliveries.listed(state="waiting", limit=1):
        try:
            await post.courier.carry("whe_1")
        except ZeroDivisionError:
            kills += 1
        post.clock.pass_time(30)
    return kills


def test_one_event_that_is_refused_holds_up_no_other(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(post: Post) -> None:
        await post.expect(*range(40))
        events = await post.rows.outbox.events("default")
        post.receiver.unwilling = {events[0].id}
        assert (await post.courier.carry("whe_1")).delivered == 39
        [(left, _)] = await post.rows.deliveries.listed(state="waiting")
        assert (left.status, left.tries) == (400, 1)

    with_post(path, monkeypatch, scene)


def test_the_time_that_a_receiver_asks_for_is_waited(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(post: Post) -> None:
        await post.expect(1)
        post.receiver.status, post.receiver.more = 429, "retry-after: 1000\r\n"
        await post.courier.carry("whe_1")
        post.receiver.status = 204
        post.clock.pass_time(990)
        assert (await post.courier.carry("whe_1")).delivered == 0
        post.clock.pass_time(11)
        assert (await post.courier.carry("whe_1")).delivered == 1

    with_post(path, monkeypatch, scene)


def test_a_receiver_that_is_gone_is_disabled_at_once_and_it_is_written_down(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(post: Post) -> None:
        await post.expect(1)
        post.receiver.status = 410
        await post.courier.carry("whe_1")
        found = await post.rows.webhooks.find("whe_1")
        assert (found.state, found.why) == ("disabled", "it said that it is gone (410)")
        assert await post.states() == ["dead"]
        [note] = post.notes.heard
        assert (note.action, note.organization) == ("webhook.disabled", "default")

    with_post(path, monkeypatch, scene)


def test_after_two_days_an_event_is_dead_its_endpoint_disabled_and_a_person_sends_it_anew(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(post: Post) -> None:
        await post.expect(1)
        post.receiver.status = 500
        began = post.clock.now()
        while (await post.rows.webhooks.find("whe_1")).state == "enabled":
            await post.courier.carry("whe_1")
            post.clock.pass_time(1800)
            assert post.clock.now() - began < WINDOW + timedelta(hours=1)
        assert post.clock.now() - began >= WINDOW
        assert 10 <= post.receiver.asked <= 15
        [(dead, _)] = await post.rows.deliveries.listed(state="dead")
        post.receiver.status = 204
        await post.rows.webhooks.switch("whe_1", on=True)
        await post.rows.deliveries.again(dead.id)
        assert (await post.courier.carry("whe_1")).delivered == 1
        assert post.receiver.ids == [dead.event]

    with_post(path, monkeypatch, scene)


def test_an_endpoint_that_is_removed_on_the_way_ends_the_round(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(post: Post) -> None:
        assert await post.courier.carry("whe_none") == await post.courier.carry("whe_1")

    with_post(path, monkeypatch, scene)


def test_a_receiver_can_be_tried_with_an_event_that_happened_nowhere(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(post: Post) -> None:
        found, _ = await post.add()
        taken = await post.courier.try_out(found, made_up(found, "", post.clock))
        assert taken.is_taken
        assert [each["type"] for each in post.receiver.taken] == ["webhook.test"]
        assert await post.rows.outbox.events("default") == ()

    with_post(path, monkeypatch, scene)
