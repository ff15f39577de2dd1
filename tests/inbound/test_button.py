"""A click counts when its hash fits, it is fresh, and what it shows is covered by the hash."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.errors import Refused
from automation.inbound import Click, read_click
from automation.model import Button, Secret
from tests.fakes import START

SHOWS = {"client_id": "client", "patient_id": "patient"}
ALL = Button(shows=SHOWS, hash="hash", at="timestamp")
FIRST = Button(shows=SHOWS, hash="hash", covers="first")
SALT = Secret("pepper")
NOW = str(int(START.timestamp()))

Pairs = list[tuple[str, str]]


def hashed(pairs: Pairs, *, covered: int | None = None, salt: str = "pepper") -> Pairs:
    values = [value for _, value in pairs[:covered]]
    digest = hashlib.sha256("".join([salt, *values]).encode()).hexdigest()
    return [*pairs, ("hash", digest)]


def test_a_click_shows_the_first_thing_that_is_known() -> None:
    said = [("patient_id", "12"), ("user_id", "2"), ("client_id", "4"), ("timestamp", NOW)]
    assert read_click(ALL, SALT, hashed(said), now=START) == Click("patient_id", "12", dict(said))


def test_where_the_hash_covers_one_value_nothing_else_is_believed() -> None:
    said = hashed([("client_id", "4"), ("user_id", "2")], covered=1)
    assert read_click(FIRST, SALT, said, now=START) == Click("client_id", "4", {"client_id": "4"})
    turned = hashed([("user_id", "2"), ("client_id", "4")], covered=1)
    with pytest.raises(Refused, match="shows none of client_id, patient_id"):
        read_click(FIRST, SALT, turned, now=START)


GOOD = [("client_id", "4"), ("timestamp", NOW)]


@pytest.mark.parametrize(
    "pairs,says",
    [
        ([], "no hash at its end"),
        (GOOD, "no hash at its end"),
        ([*hashed(GOOD), ("client_id2", "5")], "no hash at its end"),
        (hashed([*GOOD, ("client_id", "5")]), "says a name twice"),
        (hashed(GOOD, salt="salt"), "does not fit"),
        (hashed(GOOD, covered=1), "does not fit"),
        ([("client_id", "5"), *hashed(GOOD)[1:]], "does not fit"),
        ([*GOOD, ("hash", "")], "does not fit"),
        ([*GOOD, ("hash", "é\udc80")], "does not fit"),
        (hashed([("client_id", "4"), ("timestamp", str(int(NOW) - 301))]), "too old"),
        (hashed([("client_id", "4"), ("timestamp", str(int(NOW) + 301))]), "too old"),
        (hashed([("client_id", "4"), ("timestamp", "9" * 5000)]), "too old"),
        (hashed([("client_id", "4"), ("timestamp", "٣")]), "too old"),
        (hashed([("client_id", "4")]), "too old"),
        (hashed([("client_id", ""), ("timestamp", NOW)]), "shows none"),
        (hashed([("invoice_id", "4"), ("timestamp", NOW)]), "shows none"),
    ],
)
def test_every_other_click_is_refused(pairs: Pairs, says: str) -> None:
    with pytest.raises(Refused, match=says):
        read_click(ALL, SALT, pairs, now=START)


@given(st.integers(0, 100), st.integers(1, 255))
def test_no_byte_of_a_click_can_be_changed(place: int, by: int) -> None:
    pairs = hashed(GOOD)
    text = "\0".join(value for _, value in pairs)
    place %= len(text)
    bent = text[:place] + chr(ord(text[place]) ^ by) + text[place + 1 :]
    values = bent.split("\0")
    if len(values) == len(pairs) and bent.lower() != text.lower():
        changed = [(name, value) for (name, _), value in zip(pairs, values, strict=True)]
        if changed[-1][1].strip().lower() != pairs[-1][1]:
            with pytest.raises(Refused):
                read_click(ALL, SALT, changed, now=START)
