from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.model import Inbound, RecordRead


@pytest.mark.parametrize(
    "text,fits", [("12", True), ("", False), ("12\n", False), ("a" * 65, False)]
)
def test_an_id_matches_as_a_whole_and_is_short(text: str, fits: bool) -> None:
    assert Inbound(inbound="acme").is_id(text) is fits


@given(st.text())
def test_no_id_can_lead_anywhere_else_in_an_address(text: str) -> None:
    if Inbound(inbound="acme").is_id(text):
        assert not set(text) & set("/\\?#%&. \r\n")


def test_a_reading_makes_what_the_list_makes_it_is_like() -> None:
    read = RecordRead(read="get-client", by="client", shown="id")
    assert read.made_as == "get-client"
    assert read.model_copy(update={"like": "list-clients"}).made_as == "list-clients"
