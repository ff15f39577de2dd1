"""What was written once is never written again because nobody said otherwise."""

from __future__ import annotations

from automation.model import (
    Binding,
    Body,
    Constant,
    Derived,
    FromSession,
    Input,
    Random,
    Unknown,
)
from tests.infer.traffic import Journey, both, infer, people

TOKENS = ("A3kd93Kd0sla2Qx7cvb1", "Zp20sX77wnqM41tyk8Lc")
DOCTORS = (
    "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed",
    "6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b",
)
FORM = """
<form><input type="hidden" name="Token" value="{token}"><input type="hidden" name="Mode" value="x">
<input type="hidden" name="ClientId" value="{client}">
<select name="DoctorId"><option value="{one}">Dr. Who</option><option value="{two}">Dr. No</option>
</select><select name="Place"><option value="7">Here</option></select>
<input name="Title"><input name="Day"><input name="Note"><input type="checkbox" name="Mail"></form>
<form><input type="hidden" name="Token" value="{token}"></form>
"""


def selling(run: int) -> Journey:
    """A form is filled and sent, and the answer leads to a page."""
    title, day = ("A <visit>", "2026-04-02") if run == 0 else ("Something else", "2026-05-13")
    client = 104711 + run
    html = FORM.format(token=TOKENS[run], client=client, one=DOCTORS[0], two=DOCTORS[1])
    sent = {
        "Token": TOKENS[run],
        "Mode": "x",
        "ClientId": str(client),
        "DoctorId": DOCTORS[run],
        "Place": "7",
        "Title": title,
        "Day": day,
        "Note": "",
    }
    made = Journey("create-visit", title=title, day=day).writing()
    made.page(f"/clients/{client}/visits", html)
    made.post(f"/clients/{client}/visits", sent, "<p>Saved</p>", step="2")
    return made.led("/visits/1", "<h1>Visit</h1>")


def form(run_one: int = 0, run_two: int = 1) -> dict[str, Binding]:
    journeys = [selling(run).done(number) for number, run in enumerate((run_one, run_two))]
    return infer(*journeys)["create-visit"].request.form


def test_what_was_typed_is_an_input_of_its_kind_without_a_default() -> None:
    found = form()
    assert found["Title"] == Input(input="title", why=found["Title"].why)
    day = Input(input="day", type="date", format="%Y-%m-%d", why=found["Day"].why)
    assert found["Day"] == day


def test_what_was_typed_the_same_both_times_is_an_input_all_the_same() -> None:
    found = form(0, 0)
    assert isinstance(found["Title"], Input)
    assert found["Title"].default is None


def test_what_was_chosen_from_a_list_is_an_input_whatever_its_value_looks_like() -> None:
    found = form()["DoctorId"]
    assert isinstance(found, Input), "no random value, though it looks like one"
    assert (found.input, found.default) == ("doctor_id", None)


def test_a_field_that_nobody_touched_is_an_input_because_somebody_may() -> None:
    found = form()
    assert isinstance(found["Place"], Input)
    assert found["Place"].default is None
    assert isinstance(found["Note"], Input)
    assert found["Note"].default == "", "it was left empty, and may be"


def test_the_thing_that_a_page_is_about_is_no_state_of_the_session() -> None:
    assert isinstance(form()["ClientId"], Input)


def test_the_token_of_the_page_stays_one_though_each_of_its_forms_has_it() -> None:
    found = form()["Token"]
    assert isinstance(found, FromSession)


def test_the_token_is_fetched_from_a_page_that_every_practice_has() -> None:
    def reading(run: int) -> Journey:
        token = ("Qk3nd83Jd8sla9Px1", "Lw20sX66wnqM41tyk")[run]
        made = Journey("list-people").page("/people", f'<input name="Token" value="{token}">')
        sent = {"Token": token, "page": "1"}
        return made.call("POST", "/people/grid", {"rows": people(run, 5)}, form=sent, step="2")

    alone = infer(*both(selling))["create-visit"].slots["token"]
    assert alone.open == "/clients/104711/visits", "nothing better was seen"
    beside = infer(*both(selling), *both(reading))["create-visit"].slots["token"]
    assert beside.open == "/people"


def test_what_the_page_says_by_itself_stays_constant() -> None:
    assert isinstance(form()["Mode"], Constant)


def test_the_thing_in_the_address_is_named_after_what_stands_before_it() -> None:
    endpoint = infer(*both(selling))["create-visit"]
    assert endpoint.request.url == "/clients/{client_id}/visits"
    assert isinstance(endpoint.request.path["client_id"], Input)


def test_a_redirect_to_a_page_is_an_answer_that_can_be_read() -> None:
    endpoint = infer(*both(selling))["create-visit"]
    assert (endpoint.effect, endpoint.response.kind) == ("write", "html")


def booking(run: int) -> Journey:
    """A script sends what was chosen from a list that a call gave."""
    made = Journey("book", why=("Itching", "Cough")[run]).writing()
    made.call("GET", "/people", {"rows": people(0, 5)})
    nonce = DOCTORS[run]
    body = {
        "tags": [],
        "person": {"id": 100003},
        "why": ("Itching", "Cough")[run],
        "mail": True,
        "n": nonce,
    }
    made.call("POST", "/visits/save", {"id": 5}, send=body, step="2")
    return made.call("POST", "/people/grid", {"rows": people(0, 5)}, send={"page": 1}, step="2")


def test_a_thing_from_a_list_is_named_by_the_caller_and_not_looked_up_for_each_item() -> None:
    body = infer(*both(booking))["book"].request.json_body
    assert isinstance(body["person.id"], Input)
    assert isinstance(body["mail"], Input)
    assert body["mail"].type == "boolean"


def test_an_empty_list_says_nothing_of_what_may_be_in_it_and_stays() -> None:
    body = infer(*both(booking))["book"].request.json_body
    assert isinstance(body["tags"], Constant)


def test_what_a_script_makes_up_stays_made_up() -> None:
    assert isinstance(infer(*both(booking))["book"].request.json_body["n"], Random)


def test_a_flow_that_writes_names_what_it_writes_and_not_what_it_reads_after_it() -> None:
    assert infer(*both(booking))["book"].request.url == "/visits/save"


def test_a_list_that_the_screen_asks_for_anew_does_not_name_the_flow() -> None:
    def approving(run: int) -> Journey:
        made = Journey("approve").writing()
        for step in ("1", "2", "3"):
            if step == "3":
                made.call("POST", "/visits/ok", {"id": 5 + run}, send={"id": 7 + run}, step=step)
            answer = {"rows": people(int(step), 5)}
            made.call("POST", "/people/grid", answer, send={"text": f"{step}{run}"}, step=step)
        return made

    assert infer(*both(approving))["approve"].request.url == "/visits/ok"


def test_a_screen_is_shown_by_the_flow_that_only_shows_it() -> None:
    def reading(run: int) -> Journey:
        return Journey("list-people").call("GET", "/people", {"rows": people(run, 5)})

    found = infer(*both(booking), *both(reading), *both(booking))
    assert found["list-people"].flow == "list-people"


def test_where_a_write_leads_does_not_change_how_it_is_read() -> None:
    def taking_in(run: int) -> Journey:
        made = Journey("take-in", name=("Ada", "Bob")[run]).writing()
        made.call("POST", "/people/save", {"id": 900001 + run}, send={"name": ("Ada", "Bob")[run]})
        return made.call("GET", f"/people/{900001 + run}", {"id": 900001 + run}, step="2")

    def looking(run: int) -> Journey:
        made = Journey("get-person").call("GET", "/people", {"rows": people(run, 5)})
        return made.call("GET", f"/people/{100002 + run}", {"id": 100002 + run}, step="2")

    found = infer(*both(taking_in), *both(looking))
    (one,) = [each for each in found.values() if each.request.url.startswith("/people/{")]
    (asked,) = one.request.path.values()
    assert isinstance(asked, Derived)
    assert isinstance(found["take-in"].request.json_body["name"], Input)


def test_what_nobody_writes_and_nothing_gives_is_no_input() -> None:
    def odd(run: int) -> Journey:
        made = Journey("book").writing()
        for number in range(2):
            body = {"z": f"%%{run}{number}~q!w?e-r{number}#t{run}&y*u(i)o_p" * 2}
            made.call("POST", "/save", {"id": 5}, send=body, step=str(number))
        return made

    assert isinstance(infer(*both(odd))["book"].request.json_body["z"], Unknown)


def test_the_same_call_in_a_flow_that_reads_stays_what_it_was() -> None:
    def reading(run: int) -> Journey:
        body = {"person": 100003, "mail": True}
        made = Journey("list-people").call("GET", "/people", {"rows": people(0, 5)})
        return made.call("POST", "/save", {"id": run}, send=body, step="2")

    body = infer(*both(reading))["send-save"].request.json_body
    assert isinstance(body["mail"], Constant)


def test_where_a_file_was_handed_over_a_file_is_asked_for() -> None:
    def attaching(run: int) -> Journey:
        name = ("ear.pdf", "left ear.png")[run]
        made = Journey("attach-file", scan=name).writing()
        made.page("/attach", '<form><input name="Title"><input type="file" name="Scan"></form>')
        made.post("/attach", {}, "<p>Kept</p>", step="2")
        text = (
            '--B\r\nContent-Disposition: form-data; name="Title"\r\n\r\nEar\r\n'
            f'--B\r\nContent-Disposition: form-data; name="Scan"; filename="{name}"\r\n\r\n'
            "\r\n--B--\r\n"
        )
        last = made.exchanges[-1]
        body = Body(text=text, mime="multipart/form-data")
        sent = last.request.model_copy(update={"body": body})
        made.exchanges[-1] = last.model_copy(update={"request": sent})
        return made

    found = infer(*(attaching(run).done(run) for run in range(2)))["attach-file"].request
    assert found.encoding == "multipart"
    scan, title = found.form["Scan"], found.form["Title"]
    assert isinstance(scan, Input)
    assert (scan.input, scan.type, scan.default) == ("scan", "file", None)
    assert isinstance(title, Input)
    assert title.type == "text"
