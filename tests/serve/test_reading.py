"""What is shown beside entities costs one statement a thing, and stays within reach."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from automation.model import Secret
from automation.serve.callers import Caller
from automation.serve.problems import Problem
from automation.serve.resources import RESOURCES
from tests.serve.office import Office, id_of, in_office, made
from tests.store.support import statements


@pytest.fixture
def home(tmp_path: Path, database: str) -> Path:
    return tmp_path


async def caller(office: Office, *scopes: str, **more: Any) -> Caller:  # noqa: ANN401
    text = await office.token(*scopes, **more)
    token = await office.service.tokens.recognise(Secret(text))
    assert token is not None
    return Caller(token, office.clock.now())


def test_statements_do_not_depend_on_how_much_is_shown(home: Path) -> None:
    async def scene(office: Office) -> set[int]:
        await office.keep(made("client", n) for n in range(60))
        await office.keep(made("patient", n, client_id=id_of("client", n % 60)) for n in range(180))
        own, reader, counts = await caller(office), office.service.reader, set()
        await reader.page(own, RESOURCES["patients"], {})  # how old it is, is known for a while
        for limit in ("1", "50", "200"):
            with statements(office.tools.store) as sent:
                given = {"limit": limit, "expand": "client,provider,appointments"}
                await reader.page(own, RESOURCES["patients"], given)
            counts.add(len(sent))
        return counts

    assert len(in_office(home, scene)) == 1


def test_what_belongs_to_another_location_is_not_shown_beside_what_does_not(home: Path) -> None:
    async def scene(office: Office) -> None:
        await office.keep(
            [
                made("client", 1, location_id="loc_b"),
                made("patient", 1, location_id="loc_a", client_id=id_of("client", 1)),
                made("appointment", 1, location_id="loc_b", patient_id=id_of("patient", 1)),
                made("appointment", 2, location_id="loc_a", patient_id=id_of("patient", 1)),
            ]
        )
        own = await caller(office, locations=("loc_a",))
        expand = {"expand": "client,appointments"}
        reader = office.service.reader
        [found] = (await reader.page(own, RESOURCES["patients"], expand)).data
        assert found["client"] is None
        assert [each["source"]["id"] for each in found["appointments"]] == ["2"]
        one = await reader.one(own, RESOURCES["patients"], id_of("patient", 1), expand)
        assert one.data["client"] is None
        with pytest.raises(Problem) as hidden:
            await reader.one(own, RESOURCES["clients"], id_of("client", 1), {})
        assert hidden.value.status == 404

    in_office(home, scene)


def test_everything_is_read_to_its_end_with_what_is_shown_beside_it(home: Path) -> None:
    async def scene(office: Office) -> None:
        await office.keep(made("patient", n, client_id=id_of("client", 1)) for n in range(450))
        await office.keep([made("client", 1, name="Ann")])
        own = await caller(office)
        given = {"expand": "client", "fields": "client"}
        rows = office.service.reader.every(own, RESOURCES["patients"], given)
        found = [row async for row in rows]
        assert len({row["id"] for row in found}) == 450
        assert {row["client"]["name"] for row in found} == {"Ann"}

    in_office(home, scene)


def test_invoices_that_are_shown_beside_others_say_whether_they_are_paid(home: Path) -> None:
    async def scene(office: Office) -> None:
        money: dict[str, Any] = {
            "total_minor": 4500,
            "balance_minor": 4500,
            "currency": "USD",
            "status": "open",
        }
        due = (office.clock.now() - timedelta(days=9)).date()
        bill = made("invoice", 1, client_id=id_of("client", 1), due_on=due, **money)
        line = made("invoice_line", 1, invoice_id=id_of("invoice", 1))
        await office.keep([made("client", 1), bill, line])
        own, reader = await caller(office), office.service.reader
        [alone] = (await reader.page(own, RESOURCES["invoices"], {})).data
        assert alone["is_overdue"] is True
        [client] = (await reader.page(own, RESOURCES["clients"], {"expand": "invoices"})).data
        [row] = (await reader.page(own, RESOURCES["invoice_lines"], {"expand": "invoice"})).data
        assert client["invoices"] == [alone]
        assert row["invoice"] == alone

    in_office(home, scene)
