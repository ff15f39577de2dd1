"""Operation: a write that a portal allows, as data.

The format with an example of everything is `docs/reference/operations.md`. A value of a request is
a JMESPath expression over what is known then: ``inputs``, ``settings``, ``reads``, ``steps``,
``write``.
"""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, WrapSerializer, field_validator, model_validator
from pydantic import SerializerFunctionWrapHandler as Handler

from automation.model.expression import OperationPath as Path
from automation.model.noun import Noun
from automation.model.operation_input import OperationInput

OPERATION_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")

RefusalCode = Literal["slot_taken", "client_ambiguous", "state_conflict", "not_permitted_in_portal"]
"""Why a write was refused, for programs; the same for all portals, and never renamed.
``slot_taken``: somebody has the time already. ``client_ambiguous``: others are like who is to be
taken in. ``state_conflict``: what is to be changed is in a state that does not allow it.
``not_permitted_in_portal``: the login may not do that."""


class Filled(Noun):
    """The value of one input of an endpoint.

    Attributes:
        path: JMESPath over what is known; null leaves the input out.
        link: an address of the practice around the value, ``{}`` stands for it:
            ``api/client/{}/`` makes ``https://portal.example/api/client/7/`` of 7. Each entry of
            a list gets its own; what is an address already stays.
    """

    path: Path
    link: str | None = None

    @model_validator(mode="after")
    def _has_a_gap(self) -> Filled:
        if self.link is not None and self.link.count("{}") != 1:
            msg = f'link: "{self.link}" should hold {{}} once, where the value stands'
            raise ValueError(msg)
        return self


def _unwrap(value: object) -> object:
    """A bare text is a path."""
    return {"path": value} if isinstance(value, str) else value


def _wrap(value: Filled, handler: Handler) -> object:
    """Write a value the way it is read, short where the path says all."""
    body: dict[str, object] = handler(value)
    return body["path"] if set(body) == {"path"} else body


Value = Annotated[Filled, BeforeValidator(_unwrap), WrapSerializer(_wrap)]
Values = dict[str, Value]
"""The inputs of an endpoint with their values."""


class Condition(Noun):
    """Something that must be so.

    Attributes:
        holds: JMESPath over what is known; it holds unless it gives null, false, or an empty text,
            list or object.
        otherwise: what to say when it does not.
        code: what it is then, for programs.
    """

    holds: Path
    otherwise: str
    code: RefusalCode | None = None


class SettingValue(Noun):
    """A value of the practice's profile.

    Attributes:
        section: of the profile.
        key: JMESPath over the inputs to what identifies the entry; None for a section with one.
        every: all entries are meant, as a list.
        path: JMESPath from the entry, or the list, to the value.
    """

    section: str
    key: Path | None = None
    every: bool = False
    path: Path = "@"

    @model_validator(mode="after")
    def _one_or_every(self) -> SettingValue:
        if self.every and self.key is not None:
            msg = '"key" names one entry and "every" means all: only one of them is possible'
            raise ValueError(msg)
        return self


class Match(Noun):
    """One comparison of an item with what was written.

    Attributes:
        item: JMESPath into the item.
        equals: what it should be; null is not compared.
        kind: how two values are equal: as ``text``, ``number``, or the same ``moment``; ``part``
            holds where the value is a part of the text, or of one text of a list.
    """

    item: Path
    equals: Value
    kind: Literal["text", "number", "moment", "part"] = "text"


class PriorRead(Noun):
    """A read before anything is written.

    Attributes:
        endpoint: what is asked; a read.
        values: its inputs.
        match: what an item must be like, all of it: the list is read until one is, and ``items``
            holds only that; without it a list is read whole.
        whole: the one answer of an endpoint that has no pages is all of its list; without this no
            such list is looked through, because nobody could tell what is missing from it.
        path: JMESPath into the ``items`` of the list and the ``document``, the first answer.
        when: JMESPath over what is known; it is not asked unless this holds.
        otherwise: what to say when the path gives nothing; None where that is fine.
        code: what it is then, for programs.
    """

    endpoint: str
    values: Values = {}
    match: tuple[Match, ...] = ()
    whole: bool = False
    path: Path = "document"
    when: Path | None = None
    otherwise: str | None = None
    code: RefusalCode | None = None


class ReadBack(Noun):
    """How the portal tells whether a step happened: the step is done where an item matches.

    Attributes:
        endpoint: what is asked; a read.
        values: its inputs.
        match: what the item must be like, all of it: a marker, or a natural key.
        created: JMESPath to when an item came to be; what is older than the write is another one.
        keep: as in :class:`WriteStep`, from the item; None: the item looks like an answer.
    """

    endpoint: str
    values: Values = {}
    match: tuple[Match, ...]
    created: Path | None = None
    keep: dict[str, Path] | None = None


class Undo(Noun):
    """The call that takes a step back.

    Attributes:
        endpoint: what is sent; a write.
        values: its inputs.
        when: JMESPath over what is known; the step stays unless this holds.
        read_back: how the portal tells whether it was taken back: where an item matches. None: its
            answer is all that is known.
        gone: the other way round: where nothing that matches is there any more.
    """

    endpoint: str
    values: Values = {}
    when: Path | None = None
    read_back: ReadBack | None = None
    gone: bool = False

    @model_validator(mode="after")
    def _gone_is_read(self) -> Undo:
        if self.gone and self.read_back is None:
            msg = 'gone: "read_back" says what is gone'
            raise ValueError(msg)
        return self


class KnownRefusal(Noun):
    """What a refusal of the portal means, by its words.

    Attributes:
        says: stands in its words, in whatever letter case.
        code: what it is, for programs.
    """

    says: str
    code: RefusalCode


class WriteStep(Noun):
    """One request of an operation.

    A step without an answer is neither done nor failed: it is read back before anything else.

    Attributes:
        step: its name, for the paths of later steps.
        endpoint: what is sent; a write.
        when: JMESPath over what is known; it is left out unless this holds.
        needs: what must be so just before it is sent.
        values: the inputs of the endpoint.
        keep: what of the answer later steps use: name to JMESPath into the answer.
        read_back: how the portal tells whether it happened.
        repeatable: it may be sent again once the portal surely does not have it; never for money.
        undo: takes it back.
        lasting: why it cannot be taken back, where nothing does.
        refused: what to do with the steps before it when the portal refuses this one: ``stop``
            leaves them, ``undo`` takes them back, the last one first, as far as that goes.
        refusals: what refusals of the portal mean; the first that fits is taken.
    """

    step: str
    endpoint: str
    when: Path | None = None
    needs: tuple[Condition, ...] = ()
    values: Values = {}
    keep: dict[str, Path] = {}
    read_back: ReadBack
    repeatable: bool = False
    undo: Undo | None = None
    lasting: str | None = None
    refused: Literal["stop", "undo"] = "stop"
    refusals: tuple[KnownRefusal, ...] = ()

    @model_validator(mode="after")
    def _says_if_it_lasts(self) -> WriteStep:
        if (self.undo is None) == (self.lasting is None):
            msg = 'exactly one of "undo" and "lasting" is needed: can this be taken back?'
            raise ValueError(msg)
        return self


class StateRule(Noun):
    """Which states may follow each other.

    Attributes:
        now: JMESPath over what is known to the state it is in.
        wanted: JMESPath to the state it is to have; null is no move.
        names: what each state is called.
        moves: state -> the states that may follow it; every state of ``names`` stands here. To stay
            as it is is always allowed.
    """

    now: Path
    wanted: Path
    names: dict[str, str]
    moves: dict[str, tuple[str, ...]]

    @model_validator(mode="after")
    def _all_named(self) -> StateRule:
        used = {*self.moves, *(state for states in self.moves.values() for state in states)}
        if unknown := sorted(used - self.names.keys()):
            msg = f"moves: {', '.join(unknown)} has no name; named: {', '.join(self.names)}"
            raise ValueError(msg)
        if missing := sorted(self.names.keys() - self.moves.keys()):
            msg = f"moves: {', '.join(missing)} is missing; write [] where nothing may follow"
            raise ValueError(msg)
        return self


class RefusedMethod(Noun):
    """A method that the address of an operation does not take; no step may use it.

    Attributes:
        method: upper case.
        status: what the portal answers.
        why: where that is said.
    """

    method: str
    status: int
    why: str = ""


class Operation(Noun):
    """A named write that a portal allows, of one step or several.

    Attributes:
        version: format version.
        operation: name, ``create_appointment``.
        title: what it does, for people.
        entity: the kind of entity that it is about; who may change those may ask for it.
        pays: JMESPath over the inputs; where it holds, money moves.
        effects: what the portal does beside it: mails, invoices.
        confirm: a person has to confirm each one.
        rights: what the login needs; entries of the section ``rights`` of the profile.
        inputs: what the caller gives, by name.
        settings: values of the profile, by name.
        reads: what is read before anything is written, by name, in order.
        checks: what must be so before anything is written.
        states: which moves are allowed, where it moves something from state to state.
        steps: the requests, in order.
        refuses: methods that the portal does not take there.
        result: what the caller gets: name to JMESPath over what is known in the end.
        rereads: what looks otherwise afterwards: a topic of ``inbound.yaml`` to JMESPath to the id
            of a record, or to several. What was read back needs none.
    """

    version: Literal[1] = 1
    operation: str
    title: str
    entity: str | None = None
    pays: Path | None = None
    effects: tuple[str, ...] = ()
    confirm: bool = False
    rights: tuple[str, ...] = ()
    inputs: dict[str, OperationInput] = {}
    settings: dict[str, SettingValue] = {}
    reads: dict[str, PriorRead] = {}
    checks: tuple[Condition, ...] = ()
    states: StateRule | None = None
    steps: tuple[WriteStep, ...]
    refuses: tuple[RefusedMethod, ...] = ()
    result: dict[str, Path] = {}
    rereads: dict[str, Path] = {}

    @field_validator("operation")
    @classmethod
    def _is_a_name(cls, value: str) -> str:
        if not OPERATION_NAME.fullmatch(value):
            msg = f"{value!r} is no operation: write a name like create_appointment"
            raise ValueError(msg)
        return value
