from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.catalog import Catalog, canonical_text
from automation.errors import BadArgument, BadFile, NotKnown, Unready
from automation.model import Click, Constant, Endpoint, Flow, Goto, Portal, RequestTemplate, Target
from tests.catalog.strategies import endpoints, flows, portals

LOGIN = "version: 1\nflow: login\nportal: acme\nsteps:\n"


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    found = Catalog(tmp_path / "flows")
    found.write_portal(Portal(portal="acme", title="Acme", hosts=("*.acme.example",)))
    return found


def test_names_are_listed_sorted_and_come_from_the_files_that_are_there(catalog: Catalog) -> None:
    for name in ("list-b", "list-a"):
        catalog.write_flow(Flow(flow=name, portal="acme", steps=(Goto(url="/"),)))
    (catalog.root / "notes").mkdir()
    assert catalog.portals() == ("acme",)
    assert catalog.flow_names("acme") == ("list-a", "list-b")
    assert [flow.flow for flow in catalog.flows("acme")] == ["list-a", "list-b"]
    assert catalog.endpoints("acme") == ()


@given(flow=flows)
def test_a_flow_comes_back_from_its_file_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, flow: Flow
) -> None:
    catalog = Catalog(tmp_path_factory.mktemp("flows"))
    catalog.write_portal(Portal(portal="acme", title="Acme", hosts=()))
    path = catalog.write_flow(flow)
    assert catalog.flow("acme", flow.flow) == flow
    assert path.read_text() == canonical_text(flow)


@given(endpoint=endpoints)
def test_an_endpoint_comes_back_from_its_file_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, endpoint: Endpoint
) -> None:
    catalog = Catalog(tmp_path_factory.mktemp("flows"))
    catalog.write_portal(Portal(portal="acme", title="Acme", hosts=()))
    catalog.write_endpoint("acme", endpoint)
    assert catalog.endpoint("acme", endpoint.endpoint) == endpoint


def test_a_mapping_comes_back_from_its_file_as_it_was(catalog: Catalog) -> None:
    text = (
        "version: 1\nmapping: clients\nentity: client\nendpoints: [list-clients]\nkey: id\n"
        "fields:\n  name: {path: n, transform: [trimmed]}\n"
        "  kind: {path: k, map: {a: b}, otherwise: null}\n  note: {value: null}\n"
    )
    path = catalog.root / "acme" / "mappings" / "clients.yaml"
    path.parent.mkdir()
    path.write_text(text)
    read = catalog.mapping("acme", "clients")
    catalog.write_mapping("acme", read)
    assert catalog.mappings("acme") == (read,)
    assert catalog.mapping("acme", "clients").fields["kind"].has_otherwise


@given(portal=portals)
def test_a_portal_comes_back_from_its_file_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, portal: Portal
) -> None:
    catalog = Catalog(tmp_path_factory.mktemp("flows"))
    catalog.write_portal(portal)
    assert catalog.portal("acme") == portal


@given(endpoint=endpoints, order=st.randoms())
def test_equal_nouns_give_equal_bytes_whatever_the_order_of_their_keys(
    endpoint: Endpoint, order: Random
) -> None:
    form = list(endpoint.request.form.items())
    order.shuffle(form)
    request = endpoint.request.model_copy(update={"form": dict(form)})
    shuffled = endpoint.model_copy(update={"request": request})
    assert shuffled == endpoint
    assert canonical_text(shuffled) == canonical_text(endpoint)


def test_a_file_says_its_version_first_leaves_defaults_out_and_uses_no_anchors() -> None:
    target = Target(role="button", name="Next")
    flow = Flow(flow="x", portal="acme", steps=(Goto(url="/a"), *[Click(target=target)] * 2))
    assert canonical_text(flow) == (
        "version: 1\nflow: x\nportal: acme\nsteps:\n  - goto: /a\n"
        + "  - click:\n      target: {role: button, name: Next}\n" * 2
    )


def test_a_null_that_is_a_value_is_written() -> None:
    request = RequestTemplate(method="GET", url="/", query={"q": Constant(constant=None, why="w")})
    text = canonical_text(Endpoint(endpoint="x", effect="read", request=request))
    assert "q: {constant: null, why: w}" in text


@pytest.mark.parametrize(
    "steps,place,says",
    [
        (
            "  - fill:\n      target: {id: a}\n",
            "steps[0].fill",
            '"value" is missing; valid keys: target, value (line 5)',
        ),
        (
            "  - goto: /\n  - click: {target: {id: a}, cont: 2}\n",
            "steps[1].click",
            (
                '"cont" is not known, did you mean "count"?; '
                "valid keys: target, count, causes (line 6)"
            ),
        ),
        ("  - clik: {}\n", "steps[0]", "given clik; known steps: goto, click, fill,"),
        ("  - click: {target: {id: 4}}\n", "steps[0].click.target.id", "valid string (line 5)"),
        (
            "  - when: {target: {id: a}, steps: [{goto: /}, {check: {}}]}\n",
            "steps[0].when.steps[1].check",
            '"target" is missing; valid keys: target, checked (line 5)',
        ),
        ("  - goto: /\n    click: {}\n", "steps[0]", "given goto, click"),
    ],
)
def test_a_bad_step_is_told_with_file_place_line_and_what_would_do(
    catalog: Catalog, steps: str, place: str, says: str
) -> None:
    (catalog.root / "acme" / "login.flow.yaml").write_text(LOGIN + steps)
    with pytest.raises(BadFile) as caught:
        catalog.flow("acme", "login")
    assert caught.value.message.startswith(f"flows/acme/login.flow.yaml: {place}: ")
    assert says in caught.value.message


def test_a_bad_binding_lists_the_keys_of_its_own_class(catalog: Catalog) -> None:
    path = catalog.root / "acme" / "endpoints" / "list-x.yaml"
    path.parent.mkdir()
    path.write_text(
        "version: 1\nendpoint: list-x\neffect: read\nrequest:\n  method: GET\n  url: /x\n"
        "  query:\n    a: {session: s, warp: x}\n    b: {}\n"
    )
    with pytest.raises(BadFile) as caught:
        catalog.endpoint("acme", "list-x")
    assert "request.query.a.session: " in caught.value.message
    assert "valid keys: optional, why, session, wrap (line 8)" in caught.value.message
    assert "exactly one of the keys: constant, input" in caught.value.message


@pytest.mark.parametrize(
    "text,says",
    [
        ("", "a flow is a mapping with the keys: version, flow"),
        ("- a\n", "a flow is a mapping"),
        ("flow: login\n", '"version" is missing'),
        ("version: 2\n", "version: 2 is not known here; this program reads 1"),
        ("version: true\n", "version: True is not known here"),
        ("version: [1\n", "line 2, column 1: "),
        ("version: 1\nversion: 1\n", 'line 2, column 1: "version" stands here twice'),
        ("a: !!python/object:x {}\n", "line 1, column 4: "),
        (LOGIN.replace("login", "logout") + "  - goto: /\n", '"logout" should be "login"'),
        (LOGIN.replace("acme", "acne") + "  - goto: /\n", '"acne" should be "acme"'),
    ],
)
def test_a_file_that_is_no_flow_says_why(catalog: Catalog, text: str, says: str) -> None:
    (catalog.root / "acme" / "login.flow.yaml").write_text(text)
    with pytest.raises(BadFile) as caught:
        catalog.flow("acme", "login")
    assert caught.value.message.startswith("flows/acme/login.flow.yaml: ")
    assert says in caught.value.message


def test_bytes_that_are_not_text_are_told_with_their_place(catalog: Catalog) -> None:
    (catalog.root / "acme" / "login.flow.yaml").write_bytes(b"version: 1\nflow: \xff\n")
    with pytest.raises(BadFile, match="byte 17 is not UTF-8"):
        catalog.flow("acme", "login")


def test_a_person_may_write_no_and_a_date_without_quotes(catalog: Catalog) -> None:
    inputs = "inputs:\n  day: {example: 2024-02-30}\n  answer: {example: no}\n"
    text = LOGIN.replace("steps:\n", inputs + "steps: [{goto: /}]\n")
    (catalog.root / "acme" / "login.flow.yaml").write_text(text)
    found = catalog.flow("acme", "login").inputs
    assert (found["day"].example, found["answer"].example) == ("2024-02-30", "no")


@pytest.mark.parametrize("name", ["../evil", "a/b", "", ".hidden", "A", "a\n", "..", "a.b"])
def test_a_name_that_could_leave_the_folder_is_refused(catalog: Catalog, name: str) -> None:
    flow = Flow(flow=name, portal="acme", steps=())
    for attempt in (
        lambda: catalog.portal(name),
        lambda: catalog.flow("acme", name),
        lambda: catalog.endpoint("acme", name),
        lambda: catalog.write_flow(flow),
        lambda: catalog.write_flow(flow.model_copy(update={"flow": "x", "portal": name})),
    ):
        with pytest.raises(BadArgument, match="may hold only"):
            attempt()


def test_an_unknown_name_lists_the_known_ones(catalog: Catalog) -> None:
    catalog.write_flow(Flow(flow="login", portal="acme", steps=()))
    with pytest.raises(NotKnown, match="no flow is named 'logon'") as caught:
        catalog.flow("acme", "logon")
    assert caught.value.remedy == "Known: login."
    with pytest.raises(NotKnown, match="no portal is named 'acne'"):
        catalog.flows("acne")


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Flow(flow="login", portal="acme", steps=(Goto(url="/old"),))
    catalog.write_flow(old)

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Unready, match="was not written: No space left on device"):
        catalog.write_flow(old.model_copy(update={"steps": (Goto(url="/new"),)}))
    assert catalog.flow("acme", "login") == old
    assert sorted(p.name for p in (catalog.root / "acme").iterdir()) == [
        "login.flow.yaml",
        "portal.yaml",
    ]
