"""A letter goes by mail or by a service, and nothing goes where there is no way."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.errors import BadArgument, Unready
from automation.model import Secret
from automation.notify import MailServer, Outlet, Posting, outlet, trial_letter
from tests.engine import run_engine
from tests.fakes import START
from tests.notify.mailbox import PASSWORD, mailbox
from tests.store.lettering import URL, recipient

POSTING = Posting(recipient(), None, "thread-1", "number-1", START)


def test_mail_goes_from_the_sender_to_the_recipient(tmp_path: Path) -> None:
    with mailbox(tmp_path) as (box, trust):
        server = MailServer.read(Secret(f"smtp://vetportal:{PASSWORD}@localhost:{box.port}"))
        run_engine(Outlet(server, "a@clinic.example", trust=trust).send(trial_letter(), POSTING))
    [letter] = box.letters
    assert (letter["From"], letter["To"]) == ("vetportal <a@clinic.example>", "ops@clinic.example")
    assert letter["Message-ID"] == "<number-1@clinic.example>"


def test_a_service_gets_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[Secret, str, str]] = []

    async def tell(url: Secret, title: str, text: str) -> None:
        told.append((url, title, text))

    monkeypatch.setattr(outlet, "tell_service", tell)
    way = Posting(recipient(address="", service="slack"), URL, "thread", "number", START)
    run_engine(Outlet(None).send(trial_letter(), way))
    [(url, title, text)] = told
    assert (url, title) == (URL, "vetportal: letters arrive")
    assert "vetportal notify test" in text


def test_without_a_mail_server_nothing_is_mailed() -> None:
    assert not Outlet(None).has_mail
    with pytest.raises(Unready, match="no mail server"):
        run_engine(Outlet(None).send(trial_letter(), POSTING))


@pytest.mark.parametrize("sender", ["", "nobody", "a b@c", "@clinic.example"])
def test_a_mail_server_needs_somebody_who_sends(sender: str) -> None:
    with pytest.raises(BadArgument) as refused:
        Outlet(MailServer.read(Secret("smtp://relay.example")), sender)
    assert "VETPORTAL_MAIL_SENDER" in refused.value.remedy


def test_the_user_of_the_server_sends_where_it_is_an_address() -> None:
    assert Outlet.at(Secret("smtps://ops%40clinic.example:word@mail.example"), "").has_mail
    assert not Outlet.at(None, "").has_mail
