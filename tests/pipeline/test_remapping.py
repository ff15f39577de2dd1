"""A mapping follows its fields where replay equals the screen, and stays where they are gone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from automation import verify
from automation.catalog import Catalog
from automation.model import (
    Body,
    Capture,
    Endpoint,
    Exchange,
    Flow,
    Goto,
    Heal,
    Mapping,
    Portal,
    Request,
    RequestTemplate,
    Response,
    ResponseShape,
)
from automation.pipeline import Tools, bear_out, heal_mappings, reject_heal
from tests.fakes import START
from tests.pipeline.scene import NORTH, PORTAL, played

FLOW = "list-pets"
ROWS: list[dict[str, Any]] = [{"id": n, "name": f"pet {n}", "owner": n % 3} for n in range(9)]
LATER = [{"id": row["id"], "title": row["name"], "owner": row["owner"]} for row in ROWS]
GONE = [{"id": row["id"], "owner": row["owner"]} for row in ROWS]
PROVEN = verify.Proof(FLOW, 9, 9, (), 0.1, 0.1)


def captured(tools: Tools, number: int, rows: list[dict[str, Any]]) -> None:
    body = Body(text=json.dumps({"rows": rows}), mime="application/json", size=1)
    asked = Request(method="GET", url=f"{NORTH.base_url}/pets")
    writer = tools.archive.writer(NORTH)
    writer.exchange(
        Exchange(
            seq=1,
            started=0,
            finished=1,
            resource="fetch",
            request=asked,
            response=Response(status=200, body=body),
        )
    )
    writer.finish(
        Capture(
            id=f"2026110{number}T000000000000-{FLOW}",
            flow=FLOW,
            portal=PORTAL,
            practice=NORTH.name,
            base_url=NORTH.base_url,
            started_at=START,
        )
    )


def portal_in(folder: Path, *, endpoints: tuple[str, ...] = (FLOW,)) -> Catalog:
    files = Catalog(folder)
    files.write_portal(Portal(portal=PORTAL, title="Acme", hosts=()))
    files.write_flow(Flow(flow=FLOW, portal=PORTAL, steps=(Goto(url="/"),)))
    request = RequestTemplate(method="GET", url="/pets")
    response = ResponseShape(items="rows", key="id")
    for name in endpoints:
        made = Endpoint(endpoint=name, effect="read", request=request, response=response)
        files.write_endpoint(PORTAL, made)
    document = {"mapping": "pet", "entity": "patient", "endpoints": endpoints, "key": "id"}
    fields = {"name": {"path": "name", "required": True}, "client": "owner"}
    files.write_mapping(PORTAL, Mapping.model_validate({**document, "fields": fields}))
    return files


def name_path(tools: Tools) -> str | None:
    return tools.catalog.mapping(PORTAL, "pet").fields["name"].path


def healed(
    tmp_path: Path,
    rows: list[dict[str, Any]],
    *,
    proof: verify.Proof = PROVEN,
    endpoints: tuple[str, ...] = (FLOW,),
    reject: bool = False,
    well: bool | None = None,
) -> tuple[list[Heal], str | None]:
    """The repairs after these rows came, and what the mapping reads then."""
    found: list[Heal] = []
    read: list[str | None] = []

    async def scene(tools: Tools) -> None:
        tools = replace(tools, catalog=portal_in(tmp_path / "flows", endpoints=endpoints))
        await tools.store.add_practice(NORTH)
        for number, each in enumerate((ROWS, rows), start=1):
            captured(tools, number, each)
        found.extend(await heal_mappings(tools, NORTH, FLOW, [proof]))
        if reject:
            await reject_heal(tools, found[0].id)
            found[:] = await heal_mappings(tools, NORTH, FLOW, [proof])
        if well is not None:
            await bear_out(tools, PORTAL, FLOW, well=well)
            found[:] = await tools.heals.find()
        read.append(name_path(tools))

    played(tmp_path / "home", scene)
    return found, read[0]


def test_a_field_with_another_name_is_read_there(tmp_path: Path) -> None:
    ((heal,), reads) = healed(tmp_path, LATER)
    assert (heal.kind, heal.file, heal.state) == ("mapping", "mapping pet", "probation")
    assert heal.proof[0] == "name is title: 9 of 9 items have the same value there"
    assert reads == "title"


@pytest.mark.parametrize("rows", [GONE, ROWS, []], ids=["gone", "the same", "nothing came"])
def test_what_is_gone_or_did_not_change_has_no_repair(
    tmp_path: Path, rows: list[dict[str, Any]]
) -> None:
    assert healed(tmp_path, rows) == ([], "name")


def test_nothing_is_done_where_replay_does_not_equal_the_screen(tmp_path: Path) -> None:
    differs = verify.Proof(FLOW, 9, 9, ("one",), 0.1, 0.1)
    assert healed(tmp_path, LATER, proof=differs) == ([], "name")


def test_a_mapping_that_reads_other_answers_too_is_for_a_person_to_decide(tmp_path: Path) -> None:
    ((heal,), reads) = healed(tmp_path, LATER, endpoints=(FLOW, "search-pets"))
    assert (heal.state, heal.action, reads) == ("proposed", "propose", "name")


def test_a_key_that_moved_is_for_a_person_to_decide(tmp_path: Path) -> None:
    rows = [{"uid": row["id"], "name": row["name"], "owner": row["owner"]} for row in ROWS]
    ((heal,), _) = healed(tmp_path, rows)
    assert (heal.state, heal.action) == ("proposed", "propose")
    assert [line.path for line in heal.patch] == ["/key"]


def test_a_repair_that_was_taken_back_is_not_made_again(tmp_path: Path) -> None:
    ((heal,), reads) = healed(tmp_path, LATER, reject=True)
    assert (heal.state, reads) == ("reverted", "name")


def test_a_run_that_is_not_well_takes_it_back(tmp_path: Path) -> None:
    ((heal,), reads) = healed(tmp_path, LATER, well=False)
    assert (heal.state, reads) == ("reverted", "name")
