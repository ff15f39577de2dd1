"""Where slot values come from and that the latest one counts."""

from __future__ import annotations

from automation.model import (
    Call,
    Constant,
    Endpoint,
    FromSession,
    Portal,
    RequestTemplate,
    Slot,
    Source,
)
from automation.replay.places import Reading
from automation.replay.reading import read_reply
from automation.replay.slots import SlotKeeper
from tests.fakes import FakeSession, html_reply, json_reply

HEADER = Source(header="x-next-token")
FIELD = Source(css="input[name=token]", attribute="value")
JSON = Source(json_path="meta.token")
COOKIE = Source(cookie="XSRF")


def endpoint(*sources: Source, open_at: str | None = "/home", optional: bool = False) -> Endpoint:
    headers = {
        "X-Token": FromSession(session="token", optional=optional),
        "a": Constant(constant=1),
    }
    return Endpoint(
        endpoint="list-x",
        effect="read",
        request=RequestTemplate(method="POST", url="/x", headers=headers),
        slots={"token": Slot(open=open_at, sources=sources)},
    )


def session(portal: Portal | None = None, held: dict[Source, str] | None = None) -> FakeSession:
    return FakeSession(lambda call: json_reply(call, {}), portal=portal, held=held)


def answer(document: object, *headers: tuple[str, str]) -> Reading:
    return read_reply(json_reply(Call("GET", "https://app.acme.example/x"), document, *headers))


def page(html: str) -> Reading:
    return read_reply(html_reply(Call("GET", "https://app.acme.example/x"), html))


def test_a_missing_value_is_looked_for_on_the_page_that_gives_it() -> None:
    home = session()
    (call,) = SlotKeeper(endpoint(FIELD), home).openers(endpoint(FIELD))
    assert (call.method, call.url) == ("GET", "https://app.acme.example/home")


def test_a_present_value_needs_no_page() -> None:
    home = session()
    home.slots["token"] = "t"
    assert SlotKeeper(endpoint(FIELD), home).openers(endpoint(FIELD)) == []


def test_an_optional_value_needs_no_page() -> None:
    lax = endpoint(FIELD, optional=True)
    assert SlotKeeper(lax, session()).openers(lax) == []


def test_a_cookie_or_storage_key_of_the_login_is_taken_first() -> None:
    home = session(held={COOKIE: "c"})
    target = endpoint(FIELD, COOKIE)
    assert SlotKeeper(target, home).openers(target) == []
    assert home.slots == {"token": "c"}


def test_the_latest_answer_counts_wherever_it_holds_the_value() -> None:
    home = session()
    keeper = SlotKeeper(endpoint(FIELD, HEADER, JSON, COOKIE), home)
    for reading, value in (
        (page('<input name="token" value="t1">'), "t1"),
        (answer({}, ("x-next-token", "t2")), "t2"),
        (answer({"meta": {"token": "t3"}}), "t3"),
        (answer({}), "t3"),
        (answer({}, ("set-cookie", "XSRF=t4; Path=/")), "t4"),
    ):
        keeper.renew_from(reading)
        assert home.slots == {"token": value}
    assert keeper.values() == {"token": "t4"}


def test_within_one_answer_a_header_wins() -> None:
    home = session()
    SlotKeeper(endpoint(JSON, HEADER), home).renew_from(
        answer({"meta": {"token": "json"}}, ("x-next-token", "header"))
    )
    assert home.slots == {"token": "header"}


def test_places_known_by_hand_are_looked_at_too() -> None:
    portal = Portal(portal="acme", title="A", hosts=(), slots={"token": (HEADER,), "b": (JSON,)})
    home = session(portal)
    keeper = SlotKeeper(endpoint(FIELD), home)
    keeper.renew_from(answer({"meta": {"token": "2"}}, ("x-next-token", "1")))
    assert home.slots == {"token": "1", "b": "2"}


def test_what_was_forgotten_is_looked_for_again() -> None:
    home = session()
    home.slots |= {"token": "t", "other": "o"}
    keeper = SlotKeeper(endpoint(FIELD), home)
    keeper.forget()
    assert home.slots == {"other": "o"}
    assert len(keeper.openers(endpoint(FIELD))) == 1


def test_what_only_a_login_gives_is_not_forgotten() -> None:
    home, asked = session(), endpoint()
    home.slots["token"] = "of the login"
    keeper = SlotKeeper(asked, home)
    keeper.forget()
    assert keeper.values() == {"token": "of the login"}


def test_the_echo_of_a_cookie_is_always_that_of_the_present_one() -> None:
    home = session(held={COOKIE: "new%3D"})
    home.slots["token"] = "old"
    assert SlotKeeper(endpoint(COOKIE), home).openers(endpoint(COOKIE)) == []
    assert home.slots == {"token": "new="}, "as scripts read it, percent-decoded"


def test_an_echo_without_its_cookie_stays_what_it_was() -> None:
    home = session()
    home.slots["token"] = "old"
    assert SlotKeeper(endpoint(COOKIE), home).openers(endpoint(COOKIE)) == []
    assert home.slots == {"token": "old"}


def test_a_cookie_is_taken_from_an_answer_percent_decoded() -> None:
    home = session()
    SlotKeeper(endpoint(COOKIE), home).renew_from(answer({}, ("set-cookie", "XSRF=a%2Fb; Path=/")))
    assert home.slots == {"token": "a/b"}
