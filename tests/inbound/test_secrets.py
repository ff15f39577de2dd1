"""What a portal proves itself by is sealed, made once, and compared as a whole."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from automation import store
from automation.errors import NotKnown
from automation.model import BUTTON_SALT
from tests import canary
from tests.inbound.scene import Office, played


def test_an_address_is_made_once_and_anew_when_asked(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        made = office.secrets.make_address
        assert await office.secrets.address("north") is None
        first, second = await asyncio.gather(made("north"), made("north"))
        assert first.reveal() == second.reveal()
        assert len(first.reveal()) >= 43
        other, anew = await made("south"), await made("north", anew=True)
        assert len({first.reveal(), other.reveal(), anew.reveal()}) == 3
        assert canary.scan([tmp_path], {"north": anew.reveal(), "south": other.reveal()}) == []

    played(tmp_path, scene)


def test_one_who_saw_none_does_not_replace_the_address_that_another_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(office: Office) -> None:
        seen, go_on, read = asyncio.Event(), asyncio.Event(), office.rows.get_sealed

        async def slowly(practice: str, field: str) -> store.Sealed | None:
            found = await read(practice, field)
            seen.set()
            await go_on.wait()
            return found

        monkeypatch.setattr(office.rows, "get_sealed", slowly)
        late = asyncio.create_task(office.secrets.make_address("north"))
        await seen.wait()
        monkeypatch.undo()
        first = await office.secrets.make_address("north")
        go_on.set()
        assert (await late).reveal() == first.reveal()

    played(tmp_path, scene)


@pytest.mark.parametrize("given", ["", "-", "\udc80", "é"])
def test_nothing_fits_but_the_whole_secret_of_the_same_practice(tmp_path: Path, given: str) -> None:
    async def scene(office: Office) -> None:
        fits = office.secrets.fits
        assert not await fits("north", given)  # before there is any
        secret = (await office.secrets.make_address("north")).reveal()
        await office.secrets.make_address("south")
        assert await fits("north", secret)
        wrong = [given, secret[:-1], f"{secret}x", secret.swapcase()]
        assert [await fits("north", text) for text in wrong] == [False] * 4
        assert not await fits("south", secret)
        assert not await fits("nowhere", secret)

    played(tmp_path, scene)


def test_the_salt_is_the_one_that_was_given(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        assert await office.secrets.salt("north") is None
        await office.rows.put_sealed("north", BUTTON_SALT, b"pepper")
        salt = await office.secrets.salt("north")
        assert salt is not None
        assert salt.reveal() == "pepper"
        with pytest.raises(NotKnown):
            await office.secrets.make_address("nowhere")

    played(tmp_path, scene)
