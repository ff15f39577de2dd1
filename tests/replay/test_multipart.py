"""Forms with files are read by others as they were meant."""

from __future__ import annotations

import base64
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from automation.replay.multipart import multipart
from fixtures.covetrus_pulse.uploads import parts

NAMES = st.text(
    st.characters(exclude_characters='"', exclude_categories=("C", "Z")), min_size=1, max_size=20
)


@given(NAMES, st.binary(min_size=1, max_size=300), st.text("abc é\n", max_size=20))
def test_a_file_arrives_byte_for_byte_with_its_name_and_type(
    name: str, content: bytes, text: str
) -> None:
    coded = base64.b64encode(content).decode()
    file: dict[str, JsonValue] = {"name": name, "type": "image/png", "content": coded}
    body, mime = multipart([("title", text), ("scan", file), ("count", 3)], Random(1))
    found = parts(mime, body)
    assert (found["scan"].name, found["scan"].content_type) == (name, "image/png")
    assert found["scan"].content == content
    assert found["title"].content.decode() == text
    assert found["count"].content == b"3"
