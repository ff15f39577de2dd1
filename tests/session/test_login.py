"""A login that is refused: sent once, recognised, remembered, and free again when it should be."""

from __future__ import annotations

import json

import pytest
from structlog.testing import capture_logs

from automation import store
from automation.errors import CodeRefused, CredentialRefused, StepNotPossible, VetportalError
from automation.model import Practice, Secret
from automation.session import Sessions
from tests.session.office import NAMES, Office, practice_of
from tests.simulator import Account

WRONG = "Wr0ng-canary-7731"
OTHER_TOTP = "GEZDGNBVGY3TQOJQ"


def admitted(office: Office, **other: str) -> tuple[Practice, Account]:
    account = office.simulator.accounts()[0]
    practice = practice_of(office.simulator, account.practices[0])
    office.admit(practice, account, **other)
    return practice, account


def count(office: Office, name: str) -> int:
    return int(office.simulator.counts().get("sign_in", {}).get(name, 0))


def open_once(office: Office, practice: Practice) -> int:
    async def work(sessions: Sessions, _: store.Store) -> int:
        async with await sessions.open(practice) as session:
            return session.generation

    return office.run(work)


def test_a_wrong_password_is_sent_once_whoever_asks_again(office: Office) -> None:
    practice, account = admitted(office, password=WRONG)
    with pytest.raises(CredentialRefused, match="north: the portal does not accept user name"):
        open_once(office, practice)
    for _ in range(3):
        with pytest.raises(CredentialRefused, match="not asked again by machine"):
            open_once(office, practice)
    assert count(office, "wrong_passwords") == 1

    shared = practice_of(office.simulator, account.practices[-1], name="south")
    office.admit(shared, account, password=WRONG)
    with pytest.raises(CredentialRefused, match="south"):
        open_once(office, shared)
    assert count(office, "wrong_passwords") == 1


def test_another_password_is_free_at_once(office: Office) -> None:
    practice, account = admitted(office, password=WRONG)
    with pytest.raises(CredentialRefused):
        open_once(office, practice)
    office.admit(practice, account)
    assert open_once(office, practice) == 1
    assert (count(office, "wrong_passwords"), count(office, "logins")) == (1, 1)


def test_a_person_can_release_what_is_held(office: Office) -> None:
    practice, _ = admitted(office, password=WRONG)
    with pytest.raises(CredentialRefused):
        open_once(office, practice)

    async def release(sessions: Sessions, _: store.Store) -> None:
        await sessions.release(practice)

    office.run(release)
    with pytest.raises(CredentialRefused):
        open_once(office, practice)
    assert count(office, "wrong_passwords") == 2


def test_a_wrong_code_is_sent_once(office: Office) -> None:
    practice, _ = admitted(office, totp=OTHER_TOTP)
    for _ in range(3):
        with pytest.raises(CodeRefused):
            open_once(office, practice)
    assert count(office, "codes_refused") == 1
    assert count(office, "passwords_accepted") == 1


def test_a_held_login_is_not_tried_in_a_tab_or_a_visit_either(office: Office) -> None:
    practice, _ = admitted(office, password=WRONG)
    with pytest.raises(CredentialRefused):
        open_once(office, practice)

    async def in_a_tab(sessions: Sessions, _: store.Store) -> None:
        async with sessions.signed_in_tab(practice):
            pass

    with pytest.raises(CredentialRefused):
        office.run(in_a_tab)
    assert count(office, "wrong_passwords") == 1


def test_a_flow_that_gets_stuck_on_an_unknown_page_says_where_and_holds_nothing(
    office: Office,
) -> None:
    practice, _ = admitted(office)
    unknown = practice.model_copy(update={"label": "A practice nobody knows"})
    for _ in range(2):
        with pytest.raises(StepNotPossible, match="flow login, step 7"):
            open_once(office, unknown)


def test_no_secret_stands_in_what_a_refused_login_says(office: Office) -> None:
    practice, account = admitted(office, password=WRONG)
    with capture_logs() as logs, pytest.raises(VetportalError) as raised:
        open_once(office, practice)
    said = json.dumps(logs, default=str)
    problem: BaseException | None = raised.value
    while problem is not None:
        said += f"{problem!r} {problem} {getattr(problem, 'remedy', '')}"
        problem = problem.__cause__ or problem.__context__
    assert "login_refused" in said
    for secret in (WRONG, account.username, account.totp_secret or "-"):
        assert secret not in said


def test_a_credential_that_is_missing_is_named(office: Office) -> None:
    practice, _ = admitted(office)
    bare = practice.model_copy(update={"name": "bare"})

    async def work(sessions: Sessions, rows: store.Store) -> None:
        await rows.add_practice(bare)
        await sessions.put_secret("bare", NAMES.username, Secret("ada@x.example"))
        await sessions.open(bare)

    with pytest.raises(VetportalError, match=r"secret of bare is named 'credential\.password'"):
        office.run(work)
