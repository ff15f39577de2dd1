from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from automation.catalog.writing import canonical_text
from automation.model import Click, Constant, Endpoint, Flow, Goto, RequestTemplate, Target
from tests.catalog.strategies import endpoints


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
