"""What is asked of a view is checked before anything is read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from automation.access import SCOPES
from automation.serve.viewing import scopes_of, view_parameters
from automation.store import VIEWS
from tests.serve.office import Office, in_office


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_wants_scopes_that_there_are_and_takes_the_parameters_it_names(name: str) -> None:
    view = VIEWS[name]
    assert {*scopes_of(view)} <= SCOPES
    names = [each.name for each in view_parameters(view)]
    assert ("from" in names) == ("to" in names) == bool(view.dated)
    assert ("by" in names) == bool(view.ways)


def test_what_is_not_possible_is_refused_with_the_parameter(tmp_path: Path) -> None:
    refused = {
        "/views/visits": "from",
        "/views/visits?from=2026-03-01": "to",
        "/views/visits?from=2026-03-02&to=2026-03-01": "to",
        "/views/visits?from=2026-01-01&to=2026-12-31": "to",
        "/views/revenue?by=week": "by",
        "/views/revenue?from=yesterday": "from",
        "/views/revenue?from=0001-01-01": "from",
        "/views/revenue?from=2026-03-01T00:00:00": "from",
        "/views/stock_to_reorder?from=2026-03-01": "from",
        "/views/failed_payments?limit=0": "limit",
        "/views/failed_payments?limit=x": "limit",
        "/views/failed_payments?cursor=bm9uZQ": "cursor",
        "/views/failed_payments?cursor=WyJhIiwxLDJd": "cursor",
        "/views/failed_payments?status=x": "status",
    }

    async def scene(office: Office) -> None:
        token = await office.token()
        for path, parameter in refused.items():
            answer = await office.get(path, token)
            assert answer.status_code == 400, (path, answer.text)
            assert re.fullmatch(rf"{parameter}_?", answer.json()["parameter"]), (path, answer.text)

    in_office(tmp_path, scene)
