"""What looks like the number of a payment card is refused, wherever it stands."""

from __future__ import annotations

import pytest

from automation.serve.cards import refuse_cards
from automation.serve.problems import Problem

VISA = "4242424242424242"


@pytest.mark.parametrize(
    "given",
    [
        {"note": f"card {VISA}, 12/27"},
        {"note": "4242 4242-4242.4242"},
        {"reference": int(VISA)},
        {"note": "378282246310005"},
        {"note": "5555555555554444"},
        {"lines": [{"text": "6011111111111117"}]},
        {"deposit": {"info": "30569309025904"}},
    ],
)
def test_a_card_number_is_refused_and_never_repeated(given: dict[str, object]) -> None:
    with pytest.raises(Problem) as caught:
        refuse_cards(given)  # type: ignore[arg-type]
    assert caught.value.code == "card_number_refused"
    assert not any(digit in caught.value.detail for digit in "0123456789")


@pytest.mark.parametrize(
    "given",
    [
        {"note": "VISA - 4242"},
        {"note": "4242424242424241"},
        {"microchip": "372000000000004"},
        {"note": "985112345678903"},
        {"phone": "+1 312 555 0147"},
        {"document": {"name": "a.pdf", "content": VISA}},
        {"note": f"1{VISA}000"},
        {"flag": True, "nothing": None},
    ],
)
def test_other_numbers_pass(given: dict[str, object]) -> None:
    refuse_cards(given)  # type: ignore[arg-type]
