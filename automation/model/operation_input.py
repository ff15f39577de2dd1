"""OperationInput: one thing that an operation asks of its caller."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import JsonValue, model_validator

from automation.model.noun import Noun

InputKind = Literal[
    "text", "integer", "number", "boolean", "date", "datetime", "object", "list", "file"
]
"""What an input holds; ``date`` and ``datetime`` are ISO 8601, without offset in the practice's."""

_SCALARS: Final = frozenset({"text", "integer", "number", "boolean", "date", "datetime", "file"})
_NUMBERED: Final = frozenset({"text", "integer"})
_BOUNDED: Final = frozenset({"text", "integer", "number", "list", "file"})


class OperationInput(Noun):
    """One thing that an operation asks of its caller, or one part of such a thing.

    Attributes:
        type: what it holds.
        about: what it means, for people.
        optional: it may be left out; it is not sent then.
        default: what is taken when nothing is given; an input with a default may be left out.
        allowed: the values that it can have, as texts, with what each means; of a file the media
            types.
        least: smallest number, fewest characters of a text, fewest entries of a list.
        most: largest number, most characters of a text, most entries of a list; bytes of a file.
        sensitive: never shown, logged or journalled.
        refers: the kind of entity that it means by the portal's own id (``client``); a caller may
            give our id of one in its place. Of a ``list``: that each entry means.
        fields: of an ``object``, and of the objects of a ``list``: its parts, in the order in
            which they are sent.
        of: what the entries of a ``list`` without ``fields`` are.
    """

    type: InputKind
    about: str = ""
    optional: bool = False
    default: JsonValue = None
    allowed: dict[str, str] = {}
    least: float | None = None
    most: float | None = None
    sensitive: bool = False
    refers: str | None = None
    fields: dict[str, OperationInput] = {}
    of: Literal["text", "integer", "number", "boolean", "date", "datetime"] | None = None

    @property
    def may_be_left_out(self) -> bool:
        """Tell whether a caller may give nothing."""
        return self.optional or self.default is not None

    @model_validator(mode="after")
    def _parts_belong(self) -> OperationInput:
        holds_parts = self.type in {"object", "list"}
        if self.type == "object" and not self.fields:
            msg = 'an object needs "fields"'
        elif self.type == "list" and bool(self.fields) == (self.of is not None):
            msg = 'a list needs exactly one of "fields" and "of"'
        elif not holds_parts and self.fields:
            msg = f'a {self.type} has no "fields"'
        elif self.type != "list" and self.of is not None:
            msg = f'a {self.type} has no "of"; only the entries of a list have'
        elif self.allowed and self.type not in _SCALARS:
            msg = f'a {self.type} has no "allowed" values; its entries may'
        elif (self.least, self.most) != (None, None) and self.type not in _BOUNDED:
            msg = f'a {self.type} has no "least" and "most"'
        elif self.refers is not None and not {self.type, self.of} & _NUMBERED:
            msg = f"a {self.type} refers to nothing; only a text, an integer or a list of them does"
        else:
            return self
        raise ValueError(msg)


OperationInput.model_rebuild()
