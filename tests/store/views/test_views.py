"""The reader of views is what faces see of them; see the tests of each view."""

from __future__ import annotations

from pathlib import Path

from automation.store import VIEWS, Store, Views, Wanted
from tests.store.support import in_store
from tests.store.views.viewed import ALL, NOW


def test_an_empty_store_answers_with_nothing(tmp_path: Path) -> None:
    async def scene(store: Store) -> None:
        views = Views(store.database)
        page = await views.page(VIEWS["scripts_due"], Wanted(ALL, NOW))
        assert (page.rows, page.end) == ([], None)
        assert await views.taken([], ALL) == {}

    in_store(tmp_path / "store.db", scene)
