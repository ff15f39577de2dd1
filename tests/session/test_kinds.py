"""Which entrances a portal has, and which of them a practice can take."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation import catalog, store
from automation.model import EntranceKind, Flow, Goto, OAuth, Portal, Secret
from automation.session.kinds import kinds_at_hand, kinds_of
from automation.session.safe import Safe
from tests.session.test_safe import NORTH, with_safe

TOKENS = OAuth(token_url="/token/", grant="client_credentials")
LOGIN = ("credential.username", "credential.password")
CLIENT = ("oauth.client_id",)


def files_of(folder: Path, *, oauth: bool, login: bool) -> catalog.Catalog:
    files = catalog.Catalog(folder / "flows")
    files.write_portal(Portal(portal="acme", title="", hosts=(), oauth=TOKENS if oauth else None))
    if login:
        files.write_flow(Flow(flow="login", portal="acme", steps=(Goto(url="/in"),)))
    return files


@pytest.mark.parametrize(
    "oauth,login,kinds",
    [
        (False, True, ("login",)),
        (True, False, ("token",)),
        (True, True, ("token", "login")),
    ],
)
def test_a_portal_has_an_entrance_for_tokens_and_one_for_its_login_flow(
    tmp_path: Path, oauth: bool, login: bool, kinds: tuple[EntranceKind, ...]
) -> None:
    assert kinds_of(files_of(tmp_path, oauth=oauth, login=login), "acme") == kinds


@pytest.mark.parametrize(
    "kept,kinds",
    [
        ((), ("token",)),
        (CLIENT, ("token",)),
        (LOGIN, ("login",)),
        (LOGIN[:1], ("token",)),
        ((*CLIENT, *LOGIN), ("token", "login")),
    ],
)
def test_a_practice_takes_the_entrances_that_it_has_the_means_for(
    tmp_path: Path, kept: tuple[str, ...], kinds: tuple[EntranceKind, ...]
) -> None:
    files = files_of(tmp_path, oauth=True, login=True)

    async def work(safe: Safe, _rows: store.Store) -> tuple[EntranceKind, ...]:
        for name in kept:
            await safe.put_secret("north", name, Secret("x"))
        return await kinds_at_hand(files, safe, NORTH)

    assert with_safe(tmp_path, work) == kinds


def test_what_was_forgotten_opens_no_entrance(tmp_path: Path) -> None:
    files = files_of(tmp_path, oauth=True, login=True)

    async def work(safe: Safe, _rows: store.Store) -> tuple[EntranceKind, ...]:
        for name in (*CLIENT, *LOGIN):
            await safe.put_secret("north", name, Secret("" if name in CLIENT else "x"))
        return await kinds_at_hand(files, safe, NORTH)

    assert with_safe(tmp_path, work) == ("login",)
