"""Somebody is told of drift once they are added, and a try shows that it arrives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from automation.errors import BadArgument, NotKnown
from automation.model import Secret
from automation.pipeline import (
    RecipientWish,
    add_recipient,
    list_recipients,
    remove_recipient,
    try_recipient,
)
from tests.pipeline.post_office import TO, PostOffice, in_post_office

SLACK = Secret("slack://TokenA1234/TokenB1234/TokenC123456789012345678901")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_a_recipient_is_added_tried_out_listed_and_removed(home: Path) -> None:
    async def scene(office: PostOffice) -> None:
        made = await office.recipient(practices=["north"], quiet_hours=["00:00-23:00"])
        assert await list_recipients(office.tools, "default") == (made,)
        await try_recipient(office.tools, made.id)
        assert office.subjects == ["vetportal: letters arrive"]
        assert office.last["To"] == TO
        await remove_recipient(office.tools, made.id)
        assert await list_recipients(office.tools) == ()
        with pytest.raises(NotKnown):
            await try_recipient(office.tools, made.id)

    in_post_office(home, scene)


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"address": TO, "url": SLACK},
        {"address": "nobody"},
        {"address": TO, "timezone": "Nowhere"},
        {"address": TO, "quiet_hours": ["always"]},
        {"address": TO, "severity": "dreadful"},
        {"url": Secret("json://canary-host.example/canary-path")},
    ],
)
def test_what_cannot_be_told_is_refused_without_its_secret(
    home: Path, wish: dict[str, Any]
) -> None:
    async def scene(office: PostOffice) -> None:
        with pytest.raises(BadArgument) as refused:
            await add_recipient(office.tools, "default", RecipientWish(**wish))
        assert "canary" not in f"{refused.value} {refused.value.remedy}"

    in_post_office(home, scene)


def test_a_practice_of_nobody_and_an_organization_that_is_none_are_not_known(home: Path) -> None:
    async def scene(office: PostOffice) -> None:
        with pytest.raises(NotKnown):
            await office.recipient(practices=["nowhere"])
        with pytest.raises(NotKnown):
            await add_recipient(office.tools, "nobody", RecipientWish(TO))

    in_post_office(home, scene)


def test_a_service_is_kept_by_its_kind(home: Path) -> None:
    async def scene(office: PostOffice) -> None:
        made = await add_recipient(office.tools, "default", RecipientWish(url=SLACK))
        assert (made.service, made.address) == ("slack", "")
        assert await office.tools.store.recipients.url(made.id) == SLACK

    in_post_office(home, scene)
