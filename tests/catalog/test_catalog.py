from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from automation.catalog import Catalog, canonical_text
from automation.errors import BadArgument, BadFile, NotKnown, Unready
from automation.model import Endpoint, Flow, Goto, Portal
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
        "  status: {path: k, map: {a: b}, otherwise: null}\n  notes: {value: null}\n"
    )
    path = catalog.root / "acme" / "mappings" / "clients.yaml"
    path.parent.mkdir()
    path.write_text(text)
    read = catalog.mapping("acme", "clients")
    catalog.write_mapping("acme", read)
    assert catalog.mappings("acme") == (read,)
    assert catalog.mapping("acme", "clients").fields["status"].has_otherwise


HAND_WRITTEN = """version: 1
mapping: clients
entity: client
endpoints: [list-clients]
key: id
# who may be called
fields:
  name: {path: nm, required: true}   # given and last name
  notes: '"Note text"'
"""


@pytest.mark.parametrize(
    "field,path,said",
    [
        ("name", "Person.Full", "{path: Person.Full, required: true}   # given and last name"),
        ("notes", '"Remarks, if any"', 'notes: "\\"Remarks, if any\\""'),
        ("name", "Null", '{path: "Null", required: true}'),
    ],
)
def test_where_only_a_path_of_a_mapping_changes_its_comments_stay(
    catalog: Catalog, field: str, path: str, said: str
) -> None:
    file = catalog.root / "acme" / "mappings" / "clients.yaml"
    file.parent.mkdir()
    file.write_text(HAND_WRITTEN)
    read = catalog.mapping("acme", "clients")
    fields = {**read.fields, field: read.fields[field].model_copy(update={"path": path})}
    changed = read.model_copy(update={"fields": fields})
    catalog.write_mapping("acme", changed)
    assert catalog.mapping("acme", "clients") == changed
    assert said in file.read_text()
    assert "# who may be called" in file.read_text()
    catalog.write_mapping("acme", read)
    assert catalog.mapping("acme", "clients") == read
    if field == "name":
        assert file.read_text() == HAND_WRITTEN


@pytest.mark.parametrize("found", ["not: [a mapping", HAND_WRITTEN])
def test_a_mapping_that_differs_in_more_is_written_anew(catalog: Catalog, found: str) -> None:
    file = catalog.root / "acme" / "mappings" / "clients.yaml"
    file.parent.mkdir()
    file.write_text(HAND_WRITTEN)
    read = catalog.mapping("acme", "clients")
    file.write_text(found)
    fields = {"name": read.fields["name"]}
    less = read.model_copy(update={"fields": fields})
    catalog.write_mapping("acme", less)
    assert catalog.mapping("acme", "clients") == less


def test_a_mapping_that_does_not_fit_its_entity_is_refused_with_file_place_and_what_fits(
    catalog: Catalog,
) -> None:
    path = catalog.root / "acme" / "mappings" / "clients.yaml"
    path.parent.mkdir()
    path.write_text(
        "version: 1\nmapping: clients\nentity: client\nendpoints: [list-clients]\nkey: id\n"
        "fields: {fist_name: f}\n"
    )
    with pytest.raises(BadFile) as caught:
        catalog.mappings("acme")
    assert caught.value.message.startswith(
        'flows/acme/mappings/clients.yaml: fields.fist_name: "fist_name" is not known, '
        'did you mean "first_name"?; valid: '
    )


@given(portal=portals)
def test_a_portal_comes_back_from_its_file_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, portal: Portal
) -> None:
    catalog = Catalog(tmp_path_factory.mktemp("flows"))
    catalog.write_portal(portal)
    assert catalog.portal("acme") == portal


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


def test_a_profile_names_endpoints_that_exist_and_may_be_left_out(catalog: Catalog) -> None:
    assert catalog.profile("acme").sections == {}
    path = catalog.root / "acme" / "profile.yaml"
    path.write_text(
        "version: 1\nprofile: acme\nsections:\n  rights: {endpoint: list-rights, key: '@'}\n"
    )
    with pytest.raises(BadFile, match=r'sections.rights.endpoint: there is no .* "list-rights"'):
        catalog.profile("acme")
    request = {"method": "GET", "url": "/rights"}
    catalog.write_endpoint(
        "acme",
        Endpoint.model_validate({"endpoint": "list-rights", "effect": "read", "request": request}),
    )
    assert catalog.profile("acme").sections["rights"].endpoint == "list-rights"
