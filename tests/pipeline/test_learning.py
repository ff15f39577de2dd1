"""What is inferred, and when nothing can be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from automation import pipeline
from automation.catalog import Catalog
from automation.errors import NotKnown, Refused, Unusable
from automation.model import (
    Binding,
    Constant,
    Endpoint,
    Flow,
    FlowInput,
    Goto,
    Portal,
    Reach,
    RequestTemplate,
    ResponseShape,
)
from automation.pipeline import Tools, with_proof
from tests.pipeline.scene import NORTH, PORTAL, played


def test_without_captures_nothing_is_inferred_and_the_command_that_helps_is_told(
    tmp_path: Path,
) -> None:
    async def scene(tools: Tools) -> None:
        pipeline.infer_endpoints(tools, PORTAL)

    with pytest.raises(Unusable, match=PORTAL) as caught:
        played(tmp_path, scene)
    assert caught.value.remedy == "Run `vetportal capture PRACTICE FLOW` twice first."


def writing(flows: Path) -> Catalog:
    """A portal with one flow, which writes."""
    files = Catalog(flows)
    files.write_portal(Portal(portal=PORTAL, title="Acme", hosts=()))
    steps = (Goto(url="/sales"),)
    inputs = {"item": FlowInput(example="collar", again="lead")}
    flow = Flow(flow="sell", portal=PORTAL, effect="write", inputs=inputs, steps=steps)
    files.write_flow(flow)
    return files


def test_a_flow_that_writes_is_captured_with_consent_only(tmp_path: Path) -> None:
    files = writing(tmp_path / "flows")

    async def one(tools: Tools) -> None:
        await tools.store.add_practice(NORTH)
        await pipeline.capture_flow(replace(tools, catalog=files), NORTH, "sell")

    async def some(tools: Tools) -> None:
        await pipeline.capture_flows(replace(tools, catalog=files), NORTH, ["sell"])

    for number, scene in enumerate((one, some)):
        with pytest.raises(Refused, match="sell changes the portal") as caught:
            played(tmp_path / str(number), scene)
        assert "--writes" in caught.value.remedy


def test_an_input_that_the_flow_does_not_have_is_no_typing_mistake_to_write_by(
    tmp_path: Path,
) -> None:
    files = writing(tmp_path / "flows")

    async def scene(tools: Tools) -> None:
        tools = replace(tools, catalog=files)
        await pipeline.capture_flow(tools, NORTH, "sell", inputs={"itm": "lead"}, writes=True)

    with pytest.raises(NotKnown, match="itm"):
        played(tmp_path, scene)


def test_endpoints_of_an_unknown_portal_are_not_inferred(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> None:
        pipeline.infer_endpoints(tools, "nosuch")

    with pytest.raises(NotKnown, match="nosuch") as caught:
        played(tmp_path, scene)
    assert PORTAL in caught.value.remedy


def test_an_endpoint_that_is_inferred_again_and_asks_the_same_keeps_its_proof(
    tmp_path: Path,
) -> None:
    files = Catalog(tmp_path / "flows")
    files.write_portal(Portal(portal="acme", title="Acme", hosts=()))
    query: dict[str, Binding] = {"all": Constant(constant="1", why="in 2 calls")}
    first = Endpoint(
        endpoint="list-pets",
        effect="read",
        request=RequestTemplate(method="GET", url="/pets", query=query),
    )
    proven = first.model_copy(update={"reach": Reach(verified="7 of 7 items")})
    files.write_endpoint("acme", proven)
    more: dict[str, Binding] = {"all": Constant(constant="1", why="in 9 calls")}
    again = first.model_copy(update={"request": first.request.model_copy(update={"query": more})})
    assert with_proof(files, "acme", again).reach == proven.reach
    other = first.model_copy(update={"response": ResponseShape(items="rows")})
    assert with_proof(files, "acme", other).reach == Reach()
    (files.root / "acme" / "endpoints" / "list-pets.yaml").write_text("{")
    assert with_proof(files, "acme", again) == again
