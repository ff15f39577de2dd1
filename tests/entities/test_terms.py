"""People are found by what they remember of a name, a number or an address."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.entities import (
    Address,
    Client,
    Patient,
    alike_terms,
    email_term,
    phone_term,
    terms_of,
    word_terms,
)

OURS: Final[dict[str, Any]] = {"id": "", "practice": "", "source_system": "", "source_id": ""}


def test_an_entity_has_the_terms_of_its_names_numbers_and_addresses() -> None:
    client = Client.model_construct(
        **OURS,
        name="Zoë O'Hara",
        first_name=None,
        last_name="O'Hara",
        company_name="",
        phones=[{"number": "+1 312-555-0147"}, {"number": None}],
        emails=[{"address": " Zoe@Example.org"}],
    )
    assert terms_of(client) == {"zoe", "o", "hara", "tel:74105552131", "mail:zoe@example.org"}
    patient = Patient.model_construct(**OURS, name="Rex", microchip="985112")
    assert terms_of(patient) == {"rex", "985112", "chip:985112"}


def test_what_few_others_have_is_told_apart_from_words() -> None:
    home: Address = {"postal_code": "60 601-A"}
    client = Client.model_construct(
        **OURS,
        last_name="O'Hára",
        name="Zoë",
        addresses=[home, {"line1": "x"}],
        phones=[],
        emails=[],
    )
    assert alike_terms(client) == {"home:60601a:ohara"}
    patient = Patient.model_construct(
        **OURS, name="Rex II", microchip="985 112", date_of_birth=date(2020, 2, 29)
    )
    assert alike_terms(patient) == {"chip:985112", "born:2020-02-29:rexii"}
    assert alike_terms(Patient.model_construct(**OURS, name="-", microchip=" ")) == frozenset()


@pytest.mark.parametrize("number", ["+1 (312) 555-0147", "13125550147", "312.555.0147", "5550147"])
def test_a_number_without_its_country_or_area_is_a_beginning_of_the_whole(number: str) -> None:
    assert phone_term("+13125550147").startswith(phone_term(number))


def test_case_and_accents_do_not_matter() -> None:
    assert word_terms("MÜLLER, Zoë") == word_terms("muller zoe") == ("muller", "zoe")
    assert email_term("A@B.org") == email_term("a@b.ORG ")


@given(st.text(max_size=200))
def test_every_text_has_terms_of_bounded_length(text: str) -> None:
    assert all(0 < len(word) <= 64 for word in word_terms(text))
