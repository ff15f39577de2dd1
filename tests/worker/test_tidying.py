"""What logins left behind goes after a grace time, and nothing else does."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from automation.access import Wish, session_name
from automation.model import Challenge
from automation.store import Challenges
from automation.worker.tidying import GRACE, forget_logins
from tests.serve.office import Office, in_office

HOUR = timedelta(hours=1)


@pytest.fixture
def home(tmp_path: Path, database: str) -> Path:
    return tmp_path


def _wish(ends: datetime) -> Wish:
    return Wish(session_name("0123456789"), "default", ["patients:read"], expires_at=ends)


def test_session_tokens_and_challenges_go_a_grace_time_after_they_ended(home: Path) -> None:
    async def scene(office: Office) -> None:
        now = office.clock.now()
        key = await office.token()
        await office.token(
            expires_at=now + HOUR
        )  # a person made this one, and finds it in the list
        given = await office.service.tokens.create(_wish(now + HOUR))
        facts = {"practice": "north", "kind": "code", "asked": "a code", "since": now}
        asked = Challenge.model_validate({"id": "c1", "expires_at": now + HOUR, **facts})
        challenges = Challenges(office.tools.store.database, office.clock)
        await challenges.ask(asked)
        await challenges.answer("c1", b"sealed")
        office.clock.pass_time((HOUR + GRACE).total_seconds())
        assert await forget_logins(office.tools) == 0
        assert await office.service.tokens.recognise(given.text) is None
        office.clock.pass_time(1)
        assert await forget_logins(office.tools) == 2
        assert await challenges.take("c1") is None
        names = sorted(each.name for each in await office.service.tokens.all())
        assert names == ["test", "test"]
        assert (await office.get("/practices", key)).status_code == 200

    in_office(home, scene)
