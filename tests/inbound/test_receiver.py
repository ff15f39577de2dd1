"""A notice is proven, kept and answered; what is in it but the id is nowhere afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from automation.errors import Unready
from automation.inbound import MOST_BYTES, Receiver, Reception
from tests import canary
from tests.inbound.scene import Office, played

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NAME = "Bellatrix-77-canary"


def receiver_of(office: Office, **more: int) -> Receiver:
    return Receiver(office.files, office.rows, office.notices, office.secrets, **more)


async def sent(
    office: Office,
    body: bytes,
    *,
    practice: str = "north",
    secret: str | None = None,
    method: str = "POST",
    headers: Mapping[str, str] = FORM,
) -> Reception:
    known = (await office.secrets.make_address("north")).reveal()
    given = known if secret is None else secret
    receiver = receiver_of(office)
    return await receiver.receive(practice, given, method=method, headers=headers, body=body)


@pytest.mark.parametrize(
    "headers,body",
    [
        (FORM, b"client_id=7&provet_id=4&user=2"),
        ({"content-type": "application/json"}, b'{"client_id": "7", "user": "2"}'),
        ({"CONTENT-TYPE": "application/json"}, b'{"client_id": 7}'),
    ],
)
def test_a_notice_is_kept_before_it_is_answered(
    tmp_path: Path, headers: Mapping[str, str], body: bytes
) -> None:
    async def scene(office: Office) -> None:
        assert (await sent(office, body, headers=headers)).status == 200
        [kept] = await office.notices.due("north", limit=9)
        assert (kept.topic, kept.record) == ("client_id", "7")

    played(tmp_path, scene)


def test_who_does_not_know_the_secret_learns_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        known = (await office.secrets.make_address("north")).reveal()
        tried = [
            await sent(office, b"client_id=7", secret="guess"),
            await sent(office, b"client_id=7", secret="guess", method="GET"),
            await sent(office, b"client_id=7", secret=""),
            await sent(office, b"client_id=7", practice="south", secret=known),
            await sent(office, b"client_id=7", practice="nowhere", secret=known),
        ]
        assert set(tried) == {Reception(404, "not found")}
        assert [await office.notices.count(each) for each in ("north", "south")] == [0, 0]

    played(tmp_path, scene)


@pytest.mark.parametrize(
    "body,status",
    [
        (b"client_id=7;drop", 400),
        (b"client_id=" + b"9" * 60, 400),
        (b"client_id=../9", 400),
        (b"client_id=7&client_id=8", 400),
        (b"\xff", 400),
        (b"x" * (MOST_BYTES + 1), 413),
        (b"unheard_id=7", 200),
        (b"client_id=", 200),
        (b"", 200),
    ],
)
def test_what_is_no_notice_of_this_portal_is_not_kept(
    tmp_path: Path, body: bytes, status: int
) -> None:
    async def scene(office: Office) -> None:
        assert (await sent(office, body)).status == status
        assert await office.notices.count("north") == 0

    played(tmp_path, scene)


def test_only_posted_notices_are_kept(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        assert (await sent(office, b"client_id=7", method="GET")).status == 405

    played(tmp_path, scene)


def test_one_bad_id_of_two_keeps_none(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        assert (await sent(office, b"client_id=7&settings_id=x")).status == 400
        assert await office.notices.count("north") == 0
        assert (await sent(office, b"client_id=7&settings_id=1")).status == 200
        assert await office.notices.count("north") == 2

    played(tmp_path, scene)


def test_nothing_that_a_notice_says_beside_the_id_stands_anywhere(tmp_path: Path) -> None:
    async def scene(office: Office) -> str:
        said = f"client_id=7&name={NAME}".encode()
        with capture_logs() as logs:
            await sent(office, said)
            await sent(office, f"client_id={NAME}".encode())
            await sent(office, said, secret="guess")
        secret = (await office.secrets.address("north")).reveal()  # type: ignore[union-attr]  # made
        assert canary.scan([tmp_path, str(logs).encode()], {"name": NAME, "secret": secret}) == []
        return secret

    secret = played(tmp_path, scene)
    assert canary.scan([tmp_path], {"name": NAME, "secret": secret}) == []


def test_more_at_once_than_there_is_room_for_are_asked_to_come_again(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        secret = (await office.secrets.make_address("north")).reveal()
        receiver = receiver_of(office, at_once=5)
        answers = await asyncio.gather(
            *(
                receiver.receive(
                    "north", secret, method="POST", headers=FORM, body=f"client_id={n}".encode()
                )
                for n in range(50)
            )
        )
        statuses = [each.status for each in answers]
        assert sorted(set(statuses)) == [200, 503]
        assert await office.notices.count("north") == statuses.count(200) == 5
        again = await receiver.receive(
            "north", secret, method="POST", headers=FORM, body=b"client_id=49"
        )
        assert again.status == 200

    played(tmp_path, scene)


def test_what_could_not_be_written_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> bool:
        raise Unready("the disk is full")

    async def scene(office: Office) -> None:
        monkeypatch.setattr(office.notices, "note", full)
        assert (await sent(office, b"client_id=7")).status == 503

    played(tmp_path, scene)
