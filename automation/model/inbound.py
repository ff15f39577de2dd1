"""Inbound: what a portal tells us by itself: notices of changes, and a button of its own."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue, model_validator

from automation.model.expression import Path
from automation.model.noun import Noun

MOST_ID = 64
"""Characters of an id that a notice may carry; longer ones are no ids."""


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        msg = f"{text!r} is no regular expression: {error}"
        raise ValueError(msg) from None
    return text


class RecordRead(Noun):
    """One reading that a notice causes: what the portal says of one record, asked for by its id.

    Attributes:
        read: name of the endpoint that is asked.
        by: its input that takes the id of the notice.
        like: the endpoint whose items these are, for the mappings; the asked one when left out.
        within: JMESPath from an answer to what looks as an item of that one does; the answer
            itself when left out.
        shown: JMESPath from an item to the id, or to an address that ends with it. An item that
            shows another one was not asked for: the portal passed the id over.
    """

    read: str
    by: str
    like: str | None = None
    within: Path | None = None
    shown: Path

    @property
    def made_as(self) -> str:
        """The endpoint whose mappings make entities of it."""
        return self.like or self.read


class Topic(Noun):
    """What notices with one parameter are about, and what is read then.

    Attributes:
        reads: what is read of the record, in order.
        profile: what the practice configured is read again.
    """

    reads: tuple[RecordRead, ...] = ()
    profile: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Topic:
        if not self.reads and not self.profile:
            msg = "a topic has reads, or profile: true"
            raise ValueError(msg)
        return self


class Trigger(Noun):
    """An event of the portal that can be subscribed to.

    Attributes:
        trigger: how the portal calls it.
        name: what happens, for people.
        topic: the parameter that its notices carry; None where we do not subscribe.
    """

    trigger: int | str
    name: str
    topic: str | None = None


class Hooks(Noun):
    """How the portal is told where to send notices: endpoints of its interface.

    The facts of a hook are inputs of ``create`` and ``change``, and fields of the items of
    ``list``, under the same names.

    Attributes:
        list: gives all hooks; its ``response.key`` is what ``change`` and ``remove`` ask for.
        create: makes one.
        change: changes one.
        remove: removes one.
        key: the input of ``change`` and ``remove`` that takes the key.
        trigger: the fact that holds the trigger.
        address: the fact that holds the address.
        facts: the other facts, the same in each of our hooks.
    """

    list: str
    create: str
    change: str
    remove: str
    key: str
    trigger: str
    address: str
    facts: dict[str, JsonValue] = {}


class Button(Noun):
    """A button that the portal shows on its own pages and that opens ours, with what was shown.

    Attributes:
        shows: kind of entity by the parameter that carries its id.
        hash: the parameter with the hash: hexadecimal digits over the salt and values after it.
        digest: the algorithm.
        covers: the values that follow the salt: ``all`` before the hash in their order, or the
            ``first`` one. What is not covered is not believed.
        at: the parameter with the time of the click, in seconds since 1970; None where there is
            none. It has to be covered.
        fresh_seconds: how old a click may be.
    """

    shows: Annotated[dict[str, str], Field(min_length=1)]
    hash: str
    digest: Literal["sha256"] = "sha256"
    covers: Literal["all", "first"] = "all"
    at: str | None = None
    fresh_seconds: int = 300

    @model_validator(mode="after")
    def _time_is_covered(self) -> Button:
        if self.at is not None and self.covers != "all":
            msg = "at: a time that the hash does not cover proves nothing"
            raise ValueError(msg)
        return self


class Inbound(Noun):
    """What a portal tells us by itself: ``inbound.yaml`` of its folder.

    Attributes:
        version: format version.
        inbound: name of the portal.
        id: regular expression of a whole id; what does not match is no notice of this portal.
        topics: what is read, by the parameter of a notice that carries the id; some are only for
            what our own writes change.
        triggers: the events that can be subscribed to.
        hooks: how to subscribe; None where a person has to.
        button: None where there is none.
    """

    version: Literal[1] = 1
    inbound: str
    id: Annotated[str, AfterValidator(_pattern)] = "[A-Za-z0-9_-]{1,64}"
    topics: dict[str, Topic] = {}
    triggers: tuple[Trigger, ...] = ()
    hooks: Hooks | None = None
    button: Button | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Inbound:
        numbers = [each.trigger for each in self.triggers]
        if twice := sorted({str(one) for one in numbers if numbers.count(one) > 1}):
            msg = f"triggers: {', '.join(twice)} stands there twice"
            raise ValueError(msg)
        for each in self.triggers:
            if each.topic is not None and each.topic not in self.topics:
                msg = f'triggers: {each.name}: there is no topic "{each.topic}"'
                raise ValueError(msg)
        return self

    def is_id(self, text: str) -> bool:
        """Tell whether a text can be the id of a record."""
        return len(text) <= MOST_ID and re.fullmatch(self.id, text) is not None
