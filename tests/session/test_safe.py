"""What is kept of a login, and that it is kept sealed."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest

from automation import store, vault
from automation.errors import NotKnown, Unready
from automation.model import Cookie, Practice, Secret, SessionState
from automation.session.safe import Hold, LoginMemory, Safe, prints_of
from tests.engine import run_engine
from tests.fakes import START, VirtualClock

Result = TypeVar("Result")

NORTH, SOUTH, OTHER = (
    Practice(name=name, portal=portal, base_url="https://x.example")
    for name, portal in (("north", "acme"), ("south", "acme"), ("other", "zeta"))
)
STATE = SessionState(
    cookies=(Cookie(name="sid", value="c-secret", domain="x.example"),),
    storage={"https://x.example": {"jwt": "s-secret"}},
    tab_storage={"https://x.example": {"jwt": "b-secret"}},
    slots={"token": "t-secret"},
    landing="https://x.example/home",
    agent="Chromium",
    opened_at=START,
    generation=7,
)


def with_safe(
    folder: Path, work: Callable[[Safe, store.Store], Coroutine[None, None, Result]]
) -> Result:
    async def run() -> Result:
        vault.make_key_file(folder / "key")
        seal = vault.Vault(vault.FileRing(folder / "key"))
        url = f"sqlite+aiosqlite:///{folder}/vetportal.db"
        rows = await store.Store.open(url, clock=VirtualClock(), sealer=seal)
        known = {each.name for each in await rows.practices()}
        for practice in (NORTH, SOUTH, OTHER):
            if practice.name not in known:
                await rows.add_practice(practice)
        try:
            return await work(Safe(rows, seal), rows)
        finally:
            await rows.close()

    return run_engine(run())


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.name != "key")


def test_secrets_sessions_and_holds_come_back_as_they_were(tmp_path: Path) -> None:
    hold = Hold(meaning="password_expired", since=START)
    memory = LoginMemory(holds={"f": hold}, unanswered={"f": 2})

    async def put(safe: Safe, _: store.Store) -> None:
        await safe.put_secret("north", "credential.password", Secret("p-secret"))
        await safe.put_session("north", STATE)
        await safe.put_memory("north", memory)

    async def get(safe: Safe, _: store.Store) -> None:
        assert await safe.secret("north", "credential.password") == Secret("p-secret")
        assert await safe.session("north") == STATE
        assert await safe.memory("north") == memory
        assert await safe.session("south") is None
        assert await safe.memory("south") == LoginMemory()
        await safe.put_memory("north", LoginMemory())
        assert await safe.memory("north") == LoginMemory()

    with_safe(tmp_path, put)
    with_safe(tmp_path, get)
    kept = bytes_of(tmp_path)
    for text in (b"p-secret", b"c-secret", b"s-secret", b"b-secret", b"t-secret", b"expired"):
        assert text not in kept


def test_a_session_is_changed_from_what_it_is_even_if_another_process_is_faster(
    tmp_path: Path,
) -> None:
    async def work(safe: Safe, rows: store.Store) -> tuple[bool, bool, SessionState | None]:
        await safe.put_session("north", STATE)
        newer = STATE.model_copy(update={"generation": 8})
        seen: list[int] = []
        plain = rows.put_sealed_over

        async def faster(practice: str, field: str, text: bytes, *, seen: int) -> bool:
            if (await safe.session("north")) == STATE:
                await rows.put_sealed("north", "session", newer.model_dump_json().encode())
            return await plain(practice, field, text, seen=seen)

        def change(kept: SessionState) -> SessionState | None:
            seen.append(kept.generation)
            return STATE if kept.generation == STATE.generation else None

        rows.put_sealed_over = faster  # type: ignore[method-assign,assignment] # another process
        kept = await safe.change_session("north", change)
        assert seen == [7, 8]
        return kept, await safe.change_session("south", change), await safe.session("north")

    kept, nothing, state = with_safe(tmp_path, work)
    assert (kept, nothing, state and state.generation) == (False, False, 8)


def test_two_logins_never_get_one_generation_however_they_meet(tmp_path: Path) -> None:
    async def work(safe: Safe, _: store.Store) -> list[int]:
        one, other = (STATE.model_copy(update={"landing": name}) for name in ("one", "other"))
        both = [safe.put_session("north", each) for each in (one, other)]
        given = [each.generation for each in await asyncio.gather(*both)]
        kept = await safe.session("north")
        assert kept is not None
        assert kept.generation == max(given)
        assert (await safe.put_session("north", one.model_copy(update={"generation": 20}))) == (
            await safe.session("north")
        )
        return sorted(given)

    assert with_safe(tmp_path, work) == [7, 8]


def test_a_secret_that_is_not_there_is_named(tmp_path: Path) -> None:
    async def work(safe: Safe, _: store.Store) -> None:
        await safe.put_secret("north", "credential.username", Secret("ada"))
        await safe.secret("north", "credential.password")

    with pytest.raises(NotKnown, match="secret of north is named 'credential.password'") as raised:
        with_safe(tmp_path, work)
    assert raised.value.remedy == "Known: credential.username."


def test_a_value_of_one_practice_does_not_open_for_another(tmp_path: Path) -> None:
    async def put(safe: Safe, _: store.Store) -> None:
        await safe.put_session("north", STATE)

    async def get(safe: Safe, _: store.Store) -> None:
        await safe.session("south")

    with_safe(tmp_path, put)
    with closing(sqlite3.connect(tmp_path / "vetportal.db")) as rows, rows:
        rows.execute("UPDATE sealed_value SET practice = 'south'")
    with pytest.raises(Unready, match="does not open"):
        with_safe(tmp_path, get)


def test_practices_that_share_a_login_share_its_name(tmp_path: Path) -> None:
    async def work(safe: Safe, _: store.Store) -> tuple[str, ...]:
        await safe.put_secret("north", "credential.username", Secret("Ada@x.example "))
        await safe.put_secret("south", "credential.username", Secret("ada@x.example"))
        await safe.put_secret("other", "credential.username", Secret("ada@x.example"))
        return tuple([await safe.login_name(each) for each in (NORTH, SOUTH, OTHER)])

    north, south, other = with_safe(tmp_path, work)
    assert north == south != other
    assert "ada" not in north


def test_calls_are_counted_for_who_asks_in_a_tenant_and_its_name_says_nothing(
    tmp_path: Path,
) -> None:
    async def work(safe: Safe, _: store.Store) -> tuple[str, ...]:
        nobody = await safe.counted_as(NORTH)
        await safe.put_secret("north", "credential.username", Secret("Ada@x.example "))
        await safe.put_secret("south", "credential.username", Secret("ada@x.example"))
        by_login = await safe.counted_as(NORTH)
        same_tenant = SOUTH.model_copy(update={"base_url": NORTH.base_url})
        colleague = await safe.counted_as(same_tenant)
        elsewhere = await safe.counted_as(
            same_tenant.model_copy(update={"base_url": "https://b.example"})
        )
        await safe.put_secret("north", "oauth.client_id", Secret("ada@x.example-client"))
        return nobody, by_login, colleague, elsewhere, await safe.counted_as(NORTH)

    nobody, by_login, colleague, elsewhere, by_token = with_safe(tmp_path, work)
    assert by_login == colleague
    assert len({nobody, by_login, elsewhere, by_token}) == 4
    assert not any("ada" in each or "north" in each for each in (nobody, by_login, by_token))


CREDENTIAL = {
    "credential.username": Secret("Ada@clinic.example"),
    "credential.password": Secret("one"),
    "credential.totp": Secret("JBSWY3DPEHPK3PXP"),
}


@pytest.mark.parametrize(
    "name,text,changed",
    [
        ("credential.username", "bea@clinic.example", (True, True)),
        ("credential.username", " ada@CLINIC.example", (False, False)),
        ("credential.password", "two", (True, False)),
        ("credential.totp", "JBSWY3DPEHPK3PXQ", (False, True)),
    ],
)
def test_a_credential_is_remembered_by_its_password_and_by_its_secret_of_codes(
    name: str, text: str, changed: tuple[bool, bool]
) -> None:
    before = prints_of(NORTH, CREDENTIAL)
    after = prints_of(NORTH, {**CREDENTIAL, name: Secret(text)})
    assert tuple(one != other for one, other in zip(before, after, strict=True)) == changed


def test_another_host_of_the_portal_and_a_missing_code_make_no_other_credential() -> None:
    elsewhere = NORTH.model_copy(update={"name": "n2", "base_url": "https://b.acme.example"})
    assert prints_of(elsewhere, CREDENTIAL) == prints_of(NORTH, CREDENTIAL)
    without = {name: each for name, each in CREDENTIAL.items() if name != "credential.totp"}
    assert prints_of(NORTH, without) == prints_of(NORTH, CREDENTIAL)[:1]


def test_what_comes_without_a_password_is_remembered_as_a_whole() -> None:
    client = {"oauth.client_id": Secret("id"), "oauth.client_secret": Secret("s")}
    assert prints_of(NORTH, client) != prints_of(
        NORTH, {**client, "oauth.client_secret": Secret("t")}
    )


def test_each_practice_has_one_redaction_key_for_good(tmp_path: Path) -> None:
    async def work(safe: Safe, _: store.Store) -> tuple[bytes, bytes]:
        return await safe.redaction_key("north"), await safe.redaction_key("south")

    first, again = with_safe(tmp_path, work), with_safe(tmp_path, work)
    assert first == again
    assert first[0] != first[1]
    assert len(first[0]) == 32
    assert first[0] not in bytes_of(tmp_path)
