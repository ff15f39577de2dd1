"""Hypothesis strategies for the nouns that live in files."""

from __future__ import annotations

from hypothesis import strategies as st

from automation.model import (
    Check,
    Chosen,
    Click,
    Constant,
    Derived,
    Endpoint,
    Expect,
    Fill,
    Fingerprint,
    Flow,
    FlowInput,
    FromSession,
    Goto,
    Hover,
    Input,
    OAuth,
    Otp,
    Paged,
    Pagination,
    Portal,
    Press,
    RequestTemplate,
    ResponseShape,
    Scroll,
    Select,
    Signal,
    Slot,
    Source,
    Step,
    Stop,
    Target,
    Unknown,
    Upload,
    When,
)

_TRICKY = ["no", "null", "~", "1", "1e3", "2024-01-01", "{{ totp }}", "# x", "a: b", "- a", "'"]
texts = st.text(max_size=30) | st.sampled_from(_TRICKY)
names = st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8})?", fullmatch=True)
optional_texts = st.none() | texts
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
fingerprints = st.builds(
    Fingerprint,
    tag=texts,
    attributes=st.dictionaries(texts, texts, max_size=3),
    text=texts,
    neighbours=st.lists(texts, max_size=4).map(tuple),
    box=st.none() | st.tuples(*[st.integers()] * 4),
)
targets = st.builds(
    Target,
    test_id=optional_texts,
    role=optional_texts,
    name=optional_texts,
    css=optional_texts,
    frame=st.lists(texts, max_size=2).map(tuple),
    fingerprint=st.none() | fingerprints,
)
signals = st.builds(
    Signal, kind=st.sampled_from(["popup", "dialog", "download"]), accept=st.none() | st.booleans()
)
causes = st.lists(signals, max_size=2).map(tuple)
_plain_steps: st.SearchStrategy[Step] = st.one_of(
    st.builds(Goto, url=texts),
    st.builds(Click, target=targets, count=st.integers(1, 2), causes=causes),
    st.builds(Fill, target=targets, value=texts),
    st.builds(Press, target=st.none() | targets, key=texts, causes=causes),
    st.builds(Select, target=targets, option=texts),
    st.builds(Check, target=targets, checked=st.booleans()),
    st.builds(Upload, target=targets, file=texts),
    st.builds(Hover, target=targets),
    st.builds(Scroll, target=st.none() | targets, to=st.sampled_from(["end", "start"])),
    st.builds(Expect, url=optional_texts, target=st.none() | targets),
)
steps: st.SearchStrategy[Step] = st.recursive(
    _plain_steps,
    lambda inner: st.builds(When, target=targets, steps=st.lists(inner, max_size=2).map(tuple)),
    max_leaves=4,
)
flows = st.builds(
    Flow,
    flow=names,
    portal=st.just("acme"),
    inputs=st.dictionaries(
        texts, st.builds(FlowInput, example=texts, again=optional_texts), max_size=3
    ),
    steps=st.lists(steps, max_size=4).map(tuple),
)
_optional = st.booleans()
sources = st.builds(Source, json_path=optional_texts, css=optional_texts)
bindings = st.one_of(
    st.builds(Constant, constant=json_values, why=texts),
    st.builds(Input, input=texts, default=json_values, optional=_optional),
    st.builds(FromSession, session=texts, wrap=optional_texts),
    st.builds(Derived, derived=texts, path=texts),
    st.builds(
        Chosen,
        chosen=st.just("practice.label"),
        items=st.none() | sources,
        label=optional_texts,
        value=optional_texts,
    ),
    st.builds(Otp, otp=st.just("totp")),
    st.builds(Paged, page=st.sampled_from(["number", "cursor"]), why=texts),
    st.builds(Unknown, unknown=json_values, optional=_optional),
)
_bound = st.dictionaries(texts, bindings, max_size=3)
_slots = st.builds(
    Slot, open=optional_texts, sources=st.lists(sources, max_size=2).map(tuple), why=texts
)
_stops = st.builds(Stop, total=optional_texts, short=st.booleans())
endpoints = st.builds(
    Endpoint,
    endpoint=names,
    effect=st.sampled_from(["read", "write", "auth", "unknown"]),
    request=st.builds(
        RequestTemplate, method=texts, url=texts, query=_bound, form=_bound, json_body=_bound
    ),
    response=st.builds(ResponseShape, shape=st.dictionaries(texts, json_values, max_size=3)),
    pagination=st.none()
    | st.builds(
        Pagination,
        kind=st.just("page"),
        size=st.none() | st.integers(),
        source=sources,
        stop=_stops,
    ),
    slots=st.dictionaries(texts, _slots, max_size=2),
    why=st.dictionaries(texts, texts, max_size=2),
)
oauths = st.builds(
    OAuth,
    token_url=texts,
    authorize_url=st.text(min_size=1, max_size=9),
    grant=st.sampled_from(["client_credentials", "authorization_code"]),
    scopes=st.lists(texts, max_size=2).map(tuple),
    client_auth=st.sampled_from(["basic", "post"]),
    audience=optional_texts,
    issuer=optional_texts,
    extra=st.dictionaries(texts, texts, max_size=2),
)
portals = st.builds(
    Portal,
    portal=st.just("acme"),
    title=texts,
    hosts=st.lists(texts).map(tuple),
    oauth=st.none() | oauths,
)
