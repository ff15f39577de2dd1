"""What we use of the lab: endpoints, a mapping, flows; and the same portal with nothing used."""

from __future__ import annotations

from typing import Any, Final

from automation.drift import Consumption, consumption_of
from automation.model import (
    Check,
    Click,
    Constant,
    Endpoint,
    FieldMap,
    Fill,
    Fingerprint,
    Flow,
    Goto,
    Mapping,
    Pagination,
    RequestTemplate,
    ResponseShape,
    Select,
    Target,
    Transform,
    When,
)

PORTAL: Final = "drift_lab"
_ENDPOINTS: Final = (
    Endpoint(
        endpoint="search-pets",
        effect="read",
        request=RequestTemplate(
            method="POST", url="/api/v1/pets/search", json_body={"page": Constant(constant=1)}
        ),
        response=ResponseShape(items="rows"),
        pagination=Pagination(kind="page"),
    ),
    Endpoint(
        endpoint="get-token",
        effect="read",
        request=RequestTemplate(method="GET", url="/api/token"),
    ),
    Endpoint(
        endpoint="get-pet",
        effect="read",
        request=RequestTemplate(method="GET", url="/api/v1/pets/{pet}"),
        response=ResponseShape(),
    ),
    Endpoint(
        endpoint="list-visits",
        effect="read",
        request=RequestTemplate(
            method="POST",
            url="/graphql",
            json_body={"operationName": Constant(constant="PetVisits")},
        ),
        response=ResponseShape(items="data.visits"),
    ),
    Endpoint(
        endpoint="print-pets",
        effect="read",
        request=RequestTemplate(method="GET", url="/pets/print"),
        response=ResponseShape(items="tables.Pets"),
    ),
)
_MAPPING: Final = Mapping(
    mapping="pets",
    entity="patient",
    endpoints=("search-pets",),
    key=FieldMap(path="petId"),
    fields={
        "name": FieldMap(path="name", required=True),
        "species": FieldMap(path="species"),
        "sex": FieldMap(path="sex", map={"M": "male", "F": "female", "MN": "male", "FS": "female"}),
        "born": FieldMap(path="born"),
        "weight": FieldMap(path="weight", transform=(Transform(name="number"),)),
        "balance": FieldMap(path="balance"),
        "deceased": FieldMap(path="deceased"),
        "remark": FieldMap(path="remark"),
        "owner": FieldMap(path="owner.ownerId"),
        "owner_name": FieldMap(path="owner.name"),
    },
)
_VISITS: Final = Mapping(
    mapping="visits",
    entity="visit",
    endpoints=("list-visits",),
    key=FieldMap(path="visitId"),
    fields={"on": FieldMap(path="on"), "reason": FieldMap(path="reason")},
)
_PRINTED: Final = Mapping(
    mapping="printed",
    entity="patient",
    endpoints=("print-pets",),
    key=FieldMap(path="Pet"),
    fields={"born": FieldMap(path="Born"), "weight": FieldMap(path="Weight")},
)


def _target(tag: str, box: tuple[int, int, int, int], near: str, **known: Any) -> Target:  # noqa: ANN401 - fields
    said = {"type": known.pop("type", ""), "id": known.get("id") or "", "role": known["role"]}
    return Target(
        **known,
        fingerprint=Fingerprint(
            tag=tag,
            attributes={name: value for name, value in said.items() if value},
            text=known.get("text") or "",
            neighbours=tuple(near.split("|")),
            box=box,
        ),
    )


_NEWEST: Final = _target(
    "a", (8, 110, 70, 18), "Archive",
    role="link", name="Newest pet", text="Newest pet", id="newest",
)  # fmt: skip
SIGN_IN: Final = Flow(
    flow="sign-in",
    portal=PORTAL,
    steps=(
        Goto(url="/login"),
        Fill(target=Target(role="textbox", name="User name", field="user", id="user"), value="ann"),
        Fill(
            target=Target(role="textbox", name="Password", field="pass", id="pass"),
            value="correct horse",
        ),
        Click(target=Target(role="button", name="Sign in", id="sign-in")),
    ),
)
LIST: Final = Flow(
    flow="list-pets",
    portal=PORTAL,
    steps=(
        Goto(url="/pets"),
        Fill(
            target=_target(
                "input", (130, 68, 160, 22), "Name of the pet|Species of the pet",
                role="searchbox", name="Name of the pet", label="Name of the pet",
                placeholder="Part of a name", field="q", id="q", type="search",
            ),
            value="a",
        ),
        Select(
            target=_target(
                "select", (420, 68, 90, 22), "Species of the pet|Name of the pet",
                role="combobox", name="Species of the pet", label="Species of the pet",
                field="species", id="species",
            ),
            option="Feline",
        ),
        Check(
            target=_target(
                "input", (760, 68, 13, 13), "Active only|Born after",
                role="checkbox", name="Active only", label="Active only",
                field="active", id="active", type="checkbox",
            ),
        ),
        Click(
            target=_target(
                "button", (860, 66, 70, 22), "Export list|Active only",
                role="button", name="Find pets", text="Find pets", id="find", type="button",
            )
        ),
        Click(target=_NEWEST),
        Click(
            target=_target(
                "button", (8, 80, 90, 22), "Back to the list",
                role="button", name="Show visits", text="Show visits", id="show-visits",
                type="button",
            )
        ),
        Click(
            target=Target(
                role="button", name="Show notes", text="Show notes", id="show-notes",
                frame=("iframe",),
            )
        ),
    ),
)  # fmt: skip
NOTICE: Final = Flow(
    flow="read-notice",
    portal=PORTAL,
    steps=(
        Goto(url="/notice"),
        When(
            target=Target(role="link", name="Go on to the pets", id="go-on"),
            steps=(Click(target=Target(role="link", name="Go on to the pets", id="go-on")),),
        ),
        Click(target=_NEWEST),
    ),
)
FLOWS: Final = {flow.flow: flow for flow in (SIGN_IN, LIST, NOTICE)}
USED: Final = {
    name: consumption_of(_ENDPOINTS, [_MAPPING, _VISITS, _PRINTED], flow)
    for name, flow in FLOWS.items()
}
"""What each flow uses, together with the endpoints and mappings."""
LABELS: Final = tuple(f"tables.Pets[].{header}" for header in ("Pet", "Species", "Weight"))
UNUSED: Final = Consumption()
"""Nothing: what the same change is to somebody who never touches it."""
