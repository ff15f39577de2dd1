"""Session slots that pages and answers renew."""

from automation.model import Capture, Constant, FromSession, Source
from tests.infer.traffic import Journey, both, infer, people


def token(number: int) -> str:
    return f"«sec:field:{number:010x}:32:an»"


def test_a_rolling_value_is_a_slot_that_page_and_answers_renew() -> None:
    def journey(run: int) -> Journey:
        made = Journey("list-people").page(
            "/People", f'<input type=hidden name="__Verify" value="{token(run * 10)}">'
        )
        for page in (1, 2, 3):
            made.call(
                "POST",
                "/People/Grid",
                {"rows": people(page * 5, 5), "total": 23},
                step=str(page),
                form={"__Verify": token(run * 10 + page - 1), "page": str(page)},
                gives={"x-verify-next": token(run * 10 + page)},
            )
        return made

    endpoint = infer(*both(journey))["list-people"]
    binding = endpoint.request.form["__Verify"]
    assert isinstance(binding, FromSession)
    slot = endpoint.slots[binding.session]
    assert slot.open == "/People"
    assert set(slot.sources) == {
        Source(css='input[name="__Verify"]', attribute="value"),
        Source(header="x-verify-next"),
    }
    assert endpoint.pagination is not None, "a token that changes does not hide the page number"


def test_a_nonce_from_a_script_call_is_a_slot_that_headers_renew() -> None:
    def journey(run: int) -> Capture:
        nonces = [f"a{run}b{n}c9d8e7" for n in range(3)]
        made = Journey("list-posts").page(
            "/admin/posts", f'<script>createNonceMiddleware( "{nonces[0]}" );</script>'
        )
        for number in range(2):
            made.call(
                "GET",
                "/wp-json/posts",
                people(0, 4),
                step=str(number + 1),
                headers={"x-nonce": nonces[number]},
                gives={"x-nonce": nonces[number + 1]},
            )
        return made.done(run)

    endpoint = infer(journey(0), journey(1))["list-posts"]
    binding = endpoint.request.headers["x-nonce"]
    assert isinstance(binding, FromSession)
    sources = endpoint.slots[binding.session].sources
    assert Source(header="x-nonce") in sources
    assert any(source.script for source in sources)
    assert endpoint.slots[binding.session].open == "/admin/posts"


def test_a_bearer_token_from_storage_is_a_slot_with_its_prefix() -> None:
    def journey(run: int) -> Capture:
        token = f"eyJhbGciOi.J9{run}x7Kq2.mZ{run}"
        capture = (
            Journey("list-pets")
            .call("GET", "/me", {"a": 1, "b": 2, "c": 3, "d": 4})
            .call("GET", "/pets", {"pets": people(0, 4)}, step="2",
                  headers={"authorization": f"Bearer {token}"})
            .done(run)
        )  # fmt: skip
        early = capture.snapshots[0].model_copy(update={"storage": {"jwt": token}, "taken": 0.05})
        return capture.model_copy(update={"snapshots": (early, *capture.snapshots)})

    endpoint = infer(journey(0), journey(1))["list-pets"]
    binding = endpoint.request.headers["authorization"]
    assert isinstance(binding, FromSession)
    assert binding.wrap == "Bearer {}"
    assert endpoint.slots[binding.session].sources == (Source(storage="jwt"),)


def test_a_tenant_number_in_the_page_is_not_a_constant() -> None:
    def journey(run: int) -> Capture:
        return (
            Journey("list-pets")
            .page("/app", '<body data-clinic-id="204518"></body>')
            .call("GET", "/pets?clinicId=204518&view=all", {"rows": people(0, 3)})
            .done(run)
        )

    query = infer(journey(0), journey(1))["list-pets"].request.query
    assert isinstance(query["clinicId"], FromSession)
    assert isinstance(query["view"], Constant)


def test_a_selector_of_several_elements_provides_nothing() -> None:
    def journey(run: int) -> Journey:
        rows = "".join(f'<tr data-id="7001{n}"><td>x</td></tr>' for n in range(5))
        made = Journey("get-pet").page("/pets", f"<table>{rows}</table>")
        for number in (2, 3):
            made.call(
                "GET",
                f"/detail?patientId=7001{number}",
                {"name": "a", "age": 3, "run": run},
                step=str(number),
            )
        return made

    binding = infer(*both(journey))["get-pet"].request.query["patientId"]
    assert not isinstance(binding, FromSession)


def test_storage_from_before_the_first_request_opens_no_page() -> None:
    token = "eyJhbGciOi.J9x7Kq2.mZabc"
    capture = (
        Journey("list-pets")
        .call("GET", "/pets", {"pets": people(0, 4)}, headers={"authorization": f"Bearer {token}"})
        .done()
    )
    late = tuple(e.model_copy(update={"seq": 3}) for e in capture.exchanges)
    early = capture.snapshots[0].model_copy(update={"storage": {"jwt": token}, "taken": -1})
    capture = capture.model_copy(update={"exchanges": late, "snapshots": (early,)})
    binding = infer(capture)["list-pets"].request.headers["authorization"]
    assert isinstance(binding, FromSession)


def test_a_cookie_that_never_changed_is_a_slot_all_the_same() -> None:
    """One session had both captures: what is redacted is no constant."""

    def journey(run: int) -> Journey:
        del run
        made = Journey("add-room").writing().page("/rooms", "<p>Rooms</p>")
        response = made.exchanges[0].response
        assert response is not None
        sets = (("set-cookie", f"csrftoken={token(5)}; Path=/"),)
        made.exchanges[0] = made.exchanges[0].model_copy(
            update={"response": response.model_copy(update={"headers": sets})}
        )
        room = {"name": "Surgery"}
        return made.call("POST", "/rooms", {}, send=room, headers={"x-csrftoken": token(5)})

    endpoint = infer(*both(journey))["add-room"]
    sent = endpoint.request.headers["x-csrftoken"]
    assert isinstance(sent, FromSession)
    assert endpoint.slots[sent.session].sources == (Source(cookie="csrftoken"),)


def test_a_cookie_of_the_login_is_known_by_the_requests_that_send_it() -> None:
    def journey(run: int) -> Journey:
        jar = {"cookie": f"sid={token(run)}; csrftoken={token(7 + run)}"}
        made = Journey("list-people").call("GET", "/me", {"name": "Vet"}, headers=jar)
        for page in (1, 2):
            sent = {**jar, "x-csrftoken": token(7 + run)}
            found = {"rows": people(page * 5, 5), "total": 23}
            made.call("GET", f"/people?page={page}", found, step=str(page), headers=sent)
        return made

    endpoint = infer(*both(journey))["list-people"]
    sent = endpoint.request.headers["x-csrftoken"]
    assert isinstance(sent, FromSession)
    assert endpoint.slots[sent.session].sources == (Source(cookie="csrftoken"),)


def kept(made: Journey, run: int, *held: dict[str, str]) -> Capture:
    """A capture in which the storage held this at its first steps."""
    capture = made.done(run)
    snapshots = [
        one.model_copy(update={"storage": storage, "taken": number + 0.2})
        for number, (one, storage) in enumerate(zip(capture.snapshots, held, strict=False))
    ]
    return capture.model_copy(update={"snapshots": tuple(snapshots)})


def test_a_token_in_the_storage_is_there_before_the_first_call_and_came_with_the_login() -> None:
    """So a login without a browser has it, too: it reads the answer that the script kept."""

    def login(run: int) -> Capture:
        sent = {"user": "«sec:credential.username:0000000001:9:an»", "password": PASSWORD}
        made = Journey("login").call("POST", "/token", {"access": token(run)}, send=sent)
        return kept(made, run, {"localStorage.jwt": token(run)})

    def listing(run: int) -> Capture:
        made = Journey("list-people")
        bearer = {"authorization": f"Bearer {token(run)}"}
        made.call("GET", "/people", {"rows": people(0, 5)}, headers=bearer)
        return kept(made, run, {"localStorage.jwt": token(run)})

    endpoint = infer(login(0), login(1), listing(0), listing(1))["list-people"]
    sent = endpoint.request.headers["authorization"]
    assert isinstance(sent, FromSession)
    assert sent.wrap == "Bearer {}"
    assert set(endpoint.slots[sent.session].sources) == {
        Source(storage="jwt"),
        Source(json_path="access"),
    }


PASSWORD = "«sec:credential.password:0000000002:10:an»"
