"""What is replayed on demand is watched like everything else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from automation import pipeline, wiring
from automation.errors import PortalChanged
from automation.model import Answer, Call, Reply
from automation.pipeline import Tools
from automation.settings import Settings
from tests.engine import run_engine
from tests.fakes import json_reply
from tests.inbound.scene import NORTH
from tests.pipeline.scene import open_sessions

LIST = """version: 1
endpoint: list-clients
effect: read
request: {method: GET, url: /clients, query: {q: {input: q, default: ''}}}
response: {items: results, key: id}
"""


MAPPING = """version: 1
mapping: client
entity: client
endpoints: [list-clients]
key: id
fields: {last_name: name}
"""


class Portal:
    """A portal with a list of clients, as it is at the moment."""

    def __init__(self) -> None:
        self.named = "name"
        self.asked = 0

    def __call__(self, call: Call) -> Reply:
        self.asked += 1
        if self.named == "gone":
            return json_reply(call, {"rows": []})
        rows = [{"id": 100 + n, self.named: f"Client {n}", "city": "Boone"} for n in range(20)]
        return json_reply(call, {"results": [] if "q=x" in call.url else rows})


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Portal:
    made = Portal()

    open_sessions(monkeypatch, made)
    return made


def played(root: Path, portal: Portal, *turns: tuple[str, Mapping[str, str]]) -> list[set[str]]:
    """The rules that are open after each turn: what the portal is like, and what is asked."""
    place = root / "flows" / "acme"
    (place / "endpoints").mkdir(parents=True)
    (place / "portal.yaml").write_text("version: 1\nportal: acme\ntitle: Acme\nhosts: []\n")
    (place / "endpoints" / "list-clients.yaml").write_text(LIST)
    (place / "mappings").mkdir()
    (place / "mappings" / "client.yaml").write_text(MAPPING)

    async def once(tools: Tools, inputs: Mapping[str, str]) -> list[Answer]:
        found = pipeline.replay_pages(tools, NORTH, "list-clients", inputs, pages=1)
        return [answer async for answer in found]

    async def whole() -> list[set[str]]:
        told = []
        async with wiring.tools(Settings(home=root / "home", flows=root / "flows")) as tools:
            await tools.store.add_practice(NORTH)
            for portal.named, inputs in turns:
                if portal.named == "gone":
                    with pytest.raises(PortalChanged):
                        await once(tools, inputs)
                else:
                    await once(tools, inputs)
                found = await tools.incidents.find(states=["open"])
                told.append({each.finding.rule for each in found})
        return told

    return run_engine(whole())


def test_a_field_with_another_name_is_told_by_a_replay_without_a_request_more(
    tmp_path: Path, portal: Portal
) -> None:
    *before, after = played(tmp_path, portal, *[("name", {})] * 3, ("fullName", {}))
    assert before == [set()] * 3
    assert after == {"net.body.field.renamed"}
    assert portal.asked == 4


def test_a_list_that_is_gone_is_told_though_the_replay_ends_by_it(
    tmp_path: Path, portal: Portal
) -> None:
    assert played(tmp_path, portal, *[("name", {})] * 3, ("gone", {}))[-1] != set()


def test_what_somebody_asked_with_words_of_their_own_says_nothing_of_the_portal(
    tmp_path: Path, portal: Portal
) -> None:
    narrow = {"q": "x"}
    assert played(tmp_path, portal, *[("name", {})] * 3, ("name", narrow))[-1] == set()
