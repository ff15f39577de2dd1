"""A secret shows in no way of printing, comparing or storing."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback
from traceback import TracebackException

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ConfigDict
from pydantic_core import PydanticSerializationError

from automation.model import Noun, Secret

TEXTS = st.text(min_size=4).filter(lambda text: "*" not in text)


@given(text=TEXTS)
def test_every_way_of_printing_shows_stars(text: str) -> None:
    secret = Secret(text)
    ways = [
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret!r}",
        f"{secret:>3}",
        "%s" % secret,  # noqa: UP031 - one of the ways
        "{}".format(secret),  # noqa: UP032 - one of the ways
        str([secret]),
        str({"a": secret}),
        json.dumps({"a": secret}, default=str),
    ]
    assert all(text not in way for way in ways)


def test_a_log_line_shows_stars(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("x").warning("password %s %r", Secret("hunter2"), Secret("hunter2"))
    assert "hunter2" not in caplog.text


def test_a_traceback_with_the_secret_in_an_exception_shows_stars() -> None:
    shown = "".join(traceback.format_exception_only(ValueError(Secret("hunter2"))))
    assert "hunter2" not in shown


def test_the_text_is_in_no_dictionary_of_the_object() -> None:
    assert not hasattr(Secret("hunter2"), "__dict__")


def test_a_secret_is_not_pickled() -> None:
    with pytest.raises(TypeError, match="not written"):
        pickle.dumps(Secret("hunter2"))


def test_a_secret_is_not_copied_into_a_dump() -> None:
    class Holder(Noun):
        model_config = ConfigDict(arbitrary_types_allowed=True)
        secret: Secret

    holder = Holder(secret=Secret("hunter2"))
    assert "hunter2" not in f"{holder} {holder!r} {holder.model_dump()}"
    with pytest.raises(PydanticSerializationError) as caught:
        holder.model_dump_json()
    assert "hunter2" not in str(caught.value)
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps(Secret("hunter2"))


def test_a_traceback_that_shows_local_variables_shows_stars() -> None:
    password = Secret("hunter2")
    with pytest.raises(AttributeError) as caught:
        password.show()  # type: ignore[attr-defined]  # any mistake beside a secret
    shown = "".join(TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "password = ***" in shown
    assert "hunter2" not in shown.replace('Secret("hunter2")', "")


def test_a_secret_is_not_copied_deeply_either() -> None:
    with pytest.raises(TypeError, match="not written"):
        copy.deepcopy({"password": Secret("hunter2")})


@given(one=st.text(), other=st.text())
def test_two_secrets_are_equal_exactly_when_their_texts_are(one: str, other: str) -> None:
    assert (Secret(one) == Secret(other)) is (one == other)
    assert len({Secret(one), Secret(other)}) == len({one, other})
    assert Secret(one) != one


@given(text=st.text())
def test_the_text_leaves_through_reveal_only_and_unchanged(text: str) -> None:
    assert Secret(text).reveal() == text
    assert bool(Secret(text)) is bool(text)
