"""The value of each binding, at the moment a call is built."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from functools import singledispatch
from random import Random
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from automation.errors import AnswerNotUnderstood, BadArgument, BadFile, Bug, Refused
from automation.model import (
    Binding,
    Chosen,
    Computed,
    Constant,
    Derived,
    Endpoint,
    FromClock,
    FromSecret,
    FromSession,
    Input,
    Otp,
    Paged,
    Secret,
    Unknown,
)
from automation.model import Random as RandomValue
from automation.ports import Clock, Holding
from automation.replay.choosing import Offering, chosen_value
from automation.replay.inputs import InputValue, bindings_of, typed, written
from automation.replay.places import Reading
from automation.wire import canonical, last_segment


class Gap(Enum):
    """The absence of a value, which is something else than null."""

    LEFT_OUT = "left out"


Value = JsonValue | Gap

TurnValue = JsonValue | date


@dataclass(frozen=True, slots=True)
class Given:
    """Everything that the values of one call are taken from.

    Attributes:
        session: slots and secrets.
        clock: the current time.
        rng: fresh values.
        inputs: what the caller gave, checked.
        turn: what the pagination gives for this call, by its word (``number``, ``cursor``, ...).
        derived: values of earlier answers by endpoint and path.
        documents: first answers of endpoints that offer items, by name.
        answers: what the login answered so far, oldest first.
        code: the one-time code of a login.
    """

    session: Holding
    clock: Clock
    rng: Random
    inputs: Mapping[str, InputValue] = field(default_factory=dict)
    turn: Mapping[str, TurnValue] = field(default_factory=dict)
    derived: Mapping[tuple[str, str], JsonValue] = field(default_factory=dict)
    documents: Mapping[str, JsonValue] = field(default_factory=dict)
    answers: Sequence[Reading] = ()
    code: Secret | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the practice's clocks."""
        return ZoneInfo(self.session.practice.timezone)


@singledispatch
def value_of(binding: Binding, given: Given) -> Value:
    """The value of a binding.

    Raises:
        BadArgument: an input does not fit.
        NotKnown: the practice has no such secret.
        AnswerNotUnderstood: no response gave what the binding needs.
        ChoiceWanted: the practice's label is none of what the portal offers, or several.
    """
    raise Bug(f"a {type(binding).__name__} has no value ({given.session.practice.name})")


@value_of.register
def _constant(binding: Constant, _: Given) -> Value:
    return binding.constant


@value_of.register
def _input(binding: Input, given: Given) -> Value:
    value = given.inputs.get(binding.input)
    if value is None:
        missing = binding.default is None and binding.optional
        return Gap.LEFT_OUT if missing else binding.default
    plain = written(typed(binding, value), binding.format, given.zone)
    return wrapped(binding.wrap, plain)


@value_of.register
def _secret(binding: FromSecret, given: Given) -> Value:
    return given.session.secret(binding.secret).reveal()


@value_of.register
def _session(binding: FromSession, given: Given) -> Value:
    value = given.session.slots.get(binding.session)
    if value is None:
        if binding.optional:
            return Gap.LEFT_OUT
        raise AnswerNotUnderstood(f"no response held the slot {binding.session!r}")
    return wrapped(binding.wrap, value)


@value_of.register
def _derived(binding: Derived, given: Given) -> Value:
    value = given.derived.get((binding.derived, binding.path))
    if value is None and binding.optional:
        return Gap.LEFT_OUT
    if binding.segment and isinstance(value, str):
        value = last_segment(value)
    return wrapped(binding.wrap, value)


@value_of.register
def _chosen(binding: Chosen, given: Given) -> Value:
    value = chosen_value(binding, given.session.practice, _offering(binding, given))
    return wrapped(binding.wrap, value)


def _offering(binding: Chosen, given: Given) -> list[Offering]:
    """Where the items may be, the latest first."""
    if binding.answer is not None:
        return [(given.documents.get(binding.answer), None)]
    return [(a.document, a.tree if a.is_html else None) for a in reversed(given.answers)]


@value_of.register
def _otp(_: Otp, given: Given) -> Value:
    if given.code is None:
        raise Bug(f"no one-time code was made for a call of {given.session.practice.name}")
    return given.code.reveal()


@value_of.register
def _clock(binding: FromClock, given: Given) -> Value:
    moment = given.clock.now().astimezone(given.zone)
    if binding.start_of is not None:
        moment = _PERIODS[binding.start_of](moment).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
    return written(moment + timedelta(days=binding.days), binding.clock, given.zone)


_PERIODS: Final[Mapping[str, Callable[[datetime], datetime]]] = {
    # weeks begin on Monday, by ISO 8601 and as inference reads them
    "week": lambda moment: moment - timedelta(days=moment.weekday()),
    "month": lambda moment: moment.replace(day=1),
}


@value_of.register
def _random(binding: RandomValue, given: Given) -> Value:
    kind, _, size = binding.random.partition(":")
    if kind == "uuid":
        return str(UUID(int=given.rng.getrandbits(128), version=4))
    alphabet = _ALPHABETS.get(kind)
    if alphabet is None or not size.isdigit():
        known = ", ".join(["uuid", *(f"{name}:LENGTH" for name in _ALPHABETS)])
        raise BadArgument(f"random: {binding.random!r} is not one of {known}")
    return "".join(given.rng.choices(alphabet, k=int(size)))


_ALPHABETS: Final = {
    "hex": "0123456789abcdef",
    "digits": string.digits,
    "alnum": string.ascii_letters + string.digits,
}


@value_of.register
def _paged(binding: Paged, given: Given) -> Value:
    value = given.turn.get(binding.page)
    if binding.page == "begin":
        return Gap.LEFT_OUT if value is None else binding.first
    if value is None:
        return Gap.LEFT_OUT if binding.optional else binding.first
    if isinstance(value, date):
        return written(value, binding.format, given.zone)
    return value


def refuse_unsendable(endpoint: Endpoint) -> None:
    """Refuse an endpoint that no call can be built for.

    Raises:
        Refused: a value is made by the portal's own script, is a one-time code, or is not
            understood; the place is named.
        BadFile: a value is given by the pagination, and that does not say which.
    """
    rule = endpoint.pagination
    for place, name, binding in bindings_of(endpoint):
        if isinstance(binding, Paged) and (
            rule is None or (binding.page == "size" and rule.size is None)
        ):
            raise BadFile(
                f"endpoints/{endpoint.endpoint}.yaml",
                f"{place}.{name}: the pagination gives no {binding.page}",
            )
        told = _told(endpoint, binding)
        if told is not None:
            reason, remedy = told
            raise Refused(f"{endpoint.endpoint}, {place}.{name}: {reason}", remedy=remedy)


def _told(endpoint: Endpoint, binding: Binding) -> tuple[str, str] | None:
    """Why a binding has no value in a call of this endpoint, and what to do; None: it has one."""
    if endpoint.effect == "auth" and isinstance(binding, Otp):
        return None
    if isinstance(binding, Chosen):
        login_only = binding.items is not None and binding.answer is None
        return _OF_LOGIN if login_only and endpoint.turn is None else None
    return _UNSENDABLE.get(type(binding))


_OF_LOGIN: Final = (
    "the value is chosen from an answer of the login",
    "Capture the flow and the login once more and infer again.",
)
_UNSENDABLE: Final[Mapping[type, tuple[str, str]]] = {
    Computed: (
        "the value is made by the portal's own script",
        "Read it by driving its screen; no call can be built for it.",
    ),
    Unknown: (
        "the value is not understood",
        "Capture the flow once more with other inputs and infer again.",
    ),
    Otp: (
        "a one-time code is sent by the login only",
        "Correct the binding, or mark the endpoint as `effect: auth`.",
    ),
}


def wrapped(wrap: str | None, value: JsonValue) -> JsonValue:
    """The value inside the text that the client puts around it; ``{{`` stands for one brace."""
    if wrap is None:
        return value
    before, _, after = wrap.partition("{}")
    return f"{_bare(before)}{canonical(value)}{_bare(after)}"


def _bare(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")
