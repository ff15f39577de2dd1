"""The two entrances of a practice share nothing that one could spoil for the other."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from automation import store
from automation.errors import AnswerNotUnderstood
from automation.model import SessionState
from automation.session.doors import Doors
from automation.session.safe import Safe
from automation.session.side import Side, World
from tests.fakes import START, Notes, VirtualClock
from tests.session.test_kinds import files_of
from tests.session.test_safe import NORTH, with_safe
from tests.session.test_token_entrance import no_picture, no_tab
from tests.vaults import vault_for


def sides(folder: Path, rows: store.Store) -> tuple[Side, Side]:
    files, clock, rng = files_of(folder, oauth=True, login=True), VirtualClock(), Random(1)
    seal = vault_for("north")
    doors = Doors(files, Safe(rows, seal), no_tab, clock, rng)
    world = World(rows, seal, files, doors, no_picture, Notes(), clock, rng)
    return Side("token", world), Side("login", world)


def test_sessions_and_statuses_of_the_two_are_kept_apart(tmp_path: Path) -> None:
    async def work(_safe: Safe, rows: store.Store) -> None:
        token, login = sides(tmp_path, rows)
        await token.standing.enter("north", "valid")
        await login.standing.enter("north", "needs_person", "a code")
        assert (await token.standing.of("north")).phase == "valid"
        assert (await login.standing.of("north")).why == "a code"

    with_safe(tmp_path, work)


def test_each_has_a_place_of_its_own_for_session_and_memory(tmp_path: Path) -> None:
    async def work(safe: Safe, rows: store.Store) -> None:
        token = Safe(rows, safe._vault, "token")  # noqa: SLF001 - the same seal
        await safe.put_session("north", SessionState(opened_at=START, landing="/here"))
        assert await token.session("north") is None
        await token.put_session("north", SessionState(opened_at=START, generation=9))
        kept = await safe.session("north")
        assert kept is not None
        assert (kept.landing, kept.generation) == ("/here", 1)

    with_safe(tmp_path, work)


def test_a_token_opens_no_page(tmp_path: Path) -> None:
    async def work(_safe: Safe, rows: store.Store) -> None:
        token, _ = sides(tmp_path, rows)
        with pytest.raises(AnswerNotUnderstood, match="no page"):
            async with token.tab_and_state(NORTH):
                pass

    with_safe(tmp_path, work)


def test_their_turns_do_not_wait_for_each_other(tmp_path: Path) -> None:
    async def work(_safe: Safe, rows: store.Store) -> None:
        token, login = sides(tmp_path, rows)
        async with token.entrance.turn(NORTH), login.entrance.turn(NORTH, "a-login"):
            pass

    with_safe(tmp_path, work)
