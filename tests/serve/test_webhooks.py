"""Endpoints of callers: within their reach, told of what their token may read, never more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2

from automation.model import Event, WebhookEndpoint
from automation.store.events import put_events
from tests.fakes import START
from tests.serve.office import Office, in_office
from tests.store.telling import event

URL = "https://hooks.example/in"
KEY = ("webhooks:read", "webhooks:write", "patients:read", "invoices:read")


async def made(office: Office, token: str, **body: Any) -> httpx2.Response:  # noqa: ANN401 - JSON
    return await office.ask("POST", "/webhook_endpoints", token, json={"url": URL, **body})


async def stored(office: Office, number: str) -> WebhookEndpoint:
    return await office.tools.store.webhooks.find(number)


def told(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json().get("code"))


def test_an_endpoint_is_told_of_what_its_token_may_read_only(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        answer = await made(office, await office.token(*KEY), payload="full")
        assert answer.status_code == 201, answer.text
        number = answer.json()["id"]
        found = await stored(office, number)
        assert (found.reads, found.payload) == (("invoice", "patient"), "full")
        assert found.created_by.startswith("token:")
        of_client = event(1).model_copy(update={"kind": "client", "type": "client.changed"})
        write = event(1).model_copy(update={"kind": "write", "type": "write.failed"})
        assert [found.wants(each) for each in (event(1), of_client, write)] == [True, False, False]
        runs = await office.token(*KEY, "runs:read")
        more = await stored(office, (await made(office, runs)).json()["id"])
        assert {"write", "session", "sync"} <= set(more.reads or ())
        token = await office.token(*KEY)
        for types, status, code in (
            (["invoice.*", "patient.created"], 201, "None"),
            (["client.*"], 403, "insufficient_scope"),
            (["session.needs_person"], 403, "insufficient_scope"),
            (["nothing.*"], 404, "not_found"),
        ):
            assert told(await made(office, token, types=types)) == (status, code), types
        blind = await office.token("webhooks:write")
        assert told(await made(office, blind)) == (403, "insufficient_scope")

    in_office(tmp_path, scene)


def test_a_token_of_one_practice_makes_and_sees_endpoints_of_it_only(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        wide = await office.token(*KEY)
        bound = await office.token(*KEY, practices=("north",), locations=("loc_1",))
        whole = (await made(office, wide)).json()["id"]
        mine = (await made(office, bound)).json()
        assert (mine["practices"], mine["locations"]) == (["north"], ["loc_1"])
        assert told(await made(office, bound, practices=["south"])) == (404, "not_found")
        assert told(await made(office, bound, locations=["loc_2"])) == (404, "not_found")
        assert told(await made(office, wide, practices=["strange"])) == (404, "not_found")
        seen = (await office.get("/webhook_endpoints", bound)).json()["data"]
        assert [each["id"] for each in seen] == [mine["id"]]
        assert len((await office.get("/webhook_endpoints", wide)).json()["data"]) == 2
        stranger = await office.token(*KEY, organization="strangers")
        assert (await office.get("/webhook_endpoints", stranger)).json() == {"data": []}
        for token, number in ((bound, whole), (stranger, whole), (stranger, mine["id"])):
            for method, verb, body in (
                ("GET", "", None),
                ("DELETE", "", None),
                ("PATCH", "", {"url": URL}),
                ("POST", "/rotate", {}),
                ("POST", "/enable", {}),
                ("POST", "/disable", {}),
                ("POST", "/test", {}),
                ("POST", "/redeliver", {"since": "2026-03-02T08:00:00Z"}),
            ):
                path = f"/webhook_endpoints/{number}{verb}"
                answer = await office.ask(method, path, token, json=body)
                assert told(answer) == (404, "not_found"), (method, verb)
                assert whole not in answer.json().get("remedy", "")
        assert (await stored(office, whole)).state == "enabled"

    in_office(tmp_path, scene)


def test_a_secret_is_told_once_and_what_signs_is_what_was_told(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        token = await office.token(*KEY)
        answer = await made(office, token)
        assert answer.headers["Cache-Control"] == "no-store"
        number, first = answer.json()["id"], answer.json()["secret"]
        shown = await office.get(f"/webhook_endpoints/{number}", token)
        assert "secret" not in shown.json()
        path = f"/webhook_endpoints/{number}/rotate"
        second = (await office.ask("POST", path, token, json={"overlap_hours": 1})).json()["secret"]
        signs = await office.tools.store.webhooks.secrets(number)
        assert [each.reveal() for each in signs] == [second, first]
        assert told(await office.ask("POST", path, token, json={"overlap_hours": -1}))[0] == 400

    in_office(tmp_path, scene)


def test_endpoints_are_switched_tried_and_removed_in_the_name_of_the_token(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        token = await office.token(*KEY)
        number = (await made(office, token)).json()["id"]
        path = f"/webhook_endpoints/{number}"
        off = (await office.ask("POST", f"{path}/disable", token)).json()
        assert (off["state"], off["why"]) == ("disabled", "a program disabled it")
        assert (await office.ask("POST", f"{path}/enable", token)).json()["state"] == "enabled"
        tried = (await office.ask("POST", f"{path}/test", token)).json()
        assert (tried["taken"], tried["status"]) == (False, None)
        assert tried["why"]
        assert (await office.ask("DELETE", path, token)).status_code == 204
        assert told(await office.get(path, token)) == (404, "not_found")
        await office.tools.audit.flush()
        noted = [each async for each in office.tools.audit.trail.entries()]
        mine = [each for each in noted if each.action.startswith("webhook.")]
        assert [each.action for each in mine] == [
            "webhook.added",
            "webhook.disabled",
            "webhook.enabled",
            "webhook.removed",
        ]
        assert {each.actor.partition(":")[0] for each in mine} == {"token"}

    in_office(tmp_path, scene)


def test_an_address_is_changed_by_who_may_read_what_is_sent_there(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        token = await office.token(*KEY)
        answer = (await made(office, token)).json()
        path = f"/webhook_endpoints/{answer['id']}"
        other = {"url": "https://other.example/in"}
        await happened(office, event(1))
        [waiting] = (await office.get("/webhook_deliveries", token)).json()["data"]
        moved = await office.ask("PATCH", path, token, json=other)
        assert (moved.status_code, moved.json()["url"]) == (200, other["url"]), moved.text
        signs = await office.tools.store.webhooks.secrets(answer["id"])
        assert [each.reveal() for each in signs] == [answer["secret"]]
        [still] = (await office.get("/webhook_deliveries", token)).json()["data"]
        assert (still["event"], still["state"]) == (waiting["event"], "waiting")
        for body in (
            {},
            {"url": "http://hooks.example/in"},
            {"url": "https://127.0.0.1/in"},
            {"url": "https://[fd00::1]/in"},
            {**other, "secret": "x"},
        ):
            assert told(await office.ask("PATCH", path, token, json=body))[0] == 400, body
        less = await office.token("webhooks:write", "invoices:read")
        answer = await office.ask("PATCH", path, less, json={"url": URL})
        assert told(answer) == (403, "insufficient_scope")
        assert "patients:read" in answer.text
        assert (await stored(office, moved.json()["id"])).url == other["url"]
        await office.tools.audit.flush()
        noted = [each async for each in office.tools.audit.trail.entries()]
        assert [each.action for each in noted].count("webhook.readdressed") == 1

    in_office(tmp_path, scene)


async def happened(office: Office, *events: Event) -> None:
    """Events that were raised and are on their way."""
    async with office.tools.store.database.write() as connection:
        await put_events(connection, [each.model_copy(update={"at": START}) for each in events])
    await office.tools.store.outbox.assign()


def test_deliveries_are_listed_page_by_page_and_sent_anew(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        wide = await office.token(*KEY)
        bound = await office.token(*KEY, practices=("north",))
        await made(office, wide)
        own = (await made(office, bound)).json()["id"]
        await happened(office, *(event(n, practice=p) for n in (1, 2) for p in ("north", "south")))
        seen, path = [], "/webhook_deliveries?limit=4"
        page = (await office.get(path, wide)).json()
        while True:
            seen += [each["id"] for each in page["data"]]
            if page["next_cursor"] is None:
                break
            page = (await office.get(f"{path}&cursor={page['next_cursor']}", wide)).json()
        assert len(seen) == len(set(seen)) == 6
        mine = (await office.get("/webhook_deliveries?state=waiting", bound)).json()["data"]
        assert {(each["endpoint"], each["practice"]) for each in mine} == {(own, "north")}
        assert {each["type"] for each in mine} == {"patient.changed"}
        other = next(each for each in seen if each not in {one["id"] for one in mine})
        for token, number, status in ((wide, other, 202), (bound, other, 404), (bound, "x", 404)):
            again = await office.ask("POST", f"/webhook_deliveries/{number}/redeliver", token)
            assert again.status_code == status
        body = {"since": "2000-01-01T00:00:00Z"}
        anew = await office.ask("POST", f"/webhook_endpoints/{own}/redeliver", bound, json=body)
        assert (anew.status_code, anew.json()) == (202, {"count": 2})
        first = (await office.get(path, wide)).json()["next_cursor"]
        for bad in (f"{path}&cursor=x", f"{path}&state=dead&cursor={first}", f"{path}&limit=0"):
            assert told(await office.get(bad, wide)) == (400, "invalid_request")
        none = await office.get("/webhook_deliveries?endpoint=whe_none", wide)
        assert told(none) == (404, "not_found")

    in_office(tmp_path, scene)
