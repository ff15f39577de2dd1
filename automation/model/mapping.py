"""Mapping: how the items of an answer become entities, as data.

The format with an example of everything is `docs/reference/mapping.md`. In a file a field is a
path, or an object with a path and what is done to its value; a transform is a name, or a name
with options (``{phone: {country: "1"}}``), or a list of them.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import (
    BeforeValidator,
    Discriminator,
    JsonValue,
    Tag,
    WrapSerializer,
    model_validator,
)
from pydantic import SerializerFunctionWrapHandler as Handler

from automation.model.changes import Changes
from automation.model.expression import Path
from automation.model.noun import Noun
from automation.model.portal import Horizon

Kind = Literal[
    "text",
    "integer",
    "number",
    "boolean",
    "money",
    "date",
    "datetime",
    "list",
    "object",
    "reference",
]
"""What a field of an entity holds; ``money`` is an integer of minor units."""


class TransformRule(NamedTuple):
    """What is known about a transform before it runs.

    Attributes:
        gives: the kind of its result.
        options: the options it takes.
    """

    gives: Kind
    options: tuple[str, ...] = ()


TRANSFORMS: Final[dict[str, TransformRule]] = {
    "text": TransformRule("text"),
    "trimmed": TransformRule("text"),
    "lower": TransformRule("text"),
    "integer": TransformRule("integer"),
    "number": TransformRule("number", ("decimal",)),
    "boolean": TransformRule("boolean"),
    "money": TransformRule("money", ("decimal", "unit", "rounding")),
    "date": TransformRule("date", ("format",)),
    "datetime": TransformRule("datetime", ("format",)),
    "email": TransformRule("text"),
    "phone": TransformRule("text", ("country",)),
    "split_name": TransformRule("text", ("part",)),
    "segment": TransformRule("text"),
    "join": TransformRule("text", ("separator",)),
}
"""The closed list of transforms, by name."""


class Transform(Noun):
    """One named conversion of a value; which options it takes says :data:`TRANSFORMS`.

    Attributes:
        name: a key of :data:`TRANSFORMS`.
        country: phone: calling code of numbers that do not say it (``"1"``).
        decimal: number, money: the decimal sign; ``either`` where a screen follows the language
            of the practice: a text that both could have is refused.
        format: date, datetime: how the text is written, in strptime notation; several where a
            screen follows the language of the practice: a text that two read differently is
            refused.
        part: split_name: which part of a name is wanted; ``given`` is all before the last name,
            ``full`` the whole of it with the last name last.
        rounding: money: what to do with more decimals than the currency has.
        separator: join: what stands between the parts.
        unit: money: whether the portal sends dollars (major) or cents (minor).
    """

    name: str
    country: str = ""
    decimal: Literal[".", ",", "either"] = "."
    format: str | tuple[str, ...] | None = None
    part: Literal["first", "middle", "given", "last", "full"] = "last"
    rounding: Literal["refuse", "half_up", "half_even"] = "refuse"
    separator: str = " "
    unit: Literal["major", "minor"] = "major"

    @model_validator(mode="after")
    def _options_belong(self) -> Transform:
        """An option of another transform would be ignored in silence."""
        for option in sorted(self.model_fields_set - {"name", *TRANSFORMS[self.name].options}):
            takes = ", ".join(TRANSFORMS[self.name].options) or "no options"
            msg = f'{self.name}: "{option}" is not known; {self.name} takes {takes}'
            raise ValueError(msg)
        return self


def _unwrap_transform(value: object) -> object:
    """Turn ``money`` and ``{money: {unit: minor}}`` into the fields of a transform."""
    options: object = {}
    if isinstance(value, dict) and len(value) == 1 and "name" not in value:
        value, options = next(iter(value.items()))
    if not isinstance(value, str):
        return value
    if value not in TRANSFORMS:
        close = get_close_matches(value, TRANSFORMS, n=1)
        meant = f', did you mean "{close[0]}"?' if close else ""
        msg = f'transform "{value}" is not known{meant}; known: {", ".join(TRANSFORMS)}'
        raise ValueError(msg)
    if not isinstance(options, dict):
        msg = f"{value}: expected a mapping of options"
        raise ValueError(msg)  # noqa: TRY004 - told to the author of the file like any other
    return {"name": value, **options}


def _wrap_transform(value: Transform, handler: Handler) -> object:
    """Write a transform the way it is read, short where it has no options."""
    body: dict[str, object] = handler(value)
    name = body.pop("name")
    options = {key: body[key] for key in body if key in value.model_fields_set}
    return {name: options} if options else name


def _chain(value: object) -> object:
    """One transform is a chain of one."""
    return value if isinstance(value, (list, tuple)) else [value]


OneTransform = Annotated[
    Transform, BeforeValidator(_unwrap_transform), WrapSerializer(_wrap_transform)
]
Base = Literal["item", "outer", "parent", "document"]


class Case(Noun):
    """One rule of a field: the first one whose condition holds gives the value.

    Attributes:
        when: JMESPath; holds unless it gives null, false, or an empty text, list or object.
        then: the value.
    """

    when: Path
    then: JsonValue


class FieldMap(Noun):
    """Where the value of one field comes from, and what is done to it.

    Exactly one of ``path``, ``cases`` and ``value`` is given. The order is: take, transform, map,
    default.

    Attributes:
        path: JMESPath to the value.
        cases: rules, tried in order; ``otherwise`` is the value when none holds.
        value: a fixed value.
        of: what the path starts from: the item; ``outer``, the item that ``each`` went into;
            ``parent``, the item of the earlier response this call was made for; or the whole
            ``document``.
        transform: conversions in order; without one the kind of the field decides.
        each: for fields that are lists or objects: the parts of each element, paths relative to
            the element (``@`` is the element itself).
        map: portal value (as text) -> our value.
        otherwise: result for a value that ``map`` does not know; without it such a value is an
            error.
        default: result when there is no value.
        series: for references: the numbering that is pointed into.
        required: a missing value is an error.
        optional: the portal may leave the whole key out; without this, a path that exists in no
            item of an answer is an error.
    """

    path: Path | None = None
    cases: tuple[Case, ...] = ()
    value: JsonValue = None
    of: Base = "item"
    transform: Annotated[tuple[OneTransform, ...], BeforeValidator(_chain)] = ()
    each: dict[str, OneField] = {}
    map: dict[str, JsonValue] = {}
    otherwise: JsonValue = None
    default: JsonValue = None
    series: str = ""
    required: bool = False
    optional: bool = False

    @property
    def has_otherwise(self) -> bool:
        """Tell a given null from nothing given."""
        return "otherwise" in self.model_fields_set

    @model_validator(mode="after")
    def _one_origin(self) -> FieldMap:
        origins = ("path", "cases", "value")
        given = [origin for origin in origins if origin in self.model_fields_set]
        if len(given) != 1:
            got = " and ".join(given) or "none of them"
            msg = f"exactly one of {', '.join(origins)} is needed, given {got}"
            raise ValueError(msg)
        if self.has_otherwise and not (self.map or self.cases):
            msg = '"otherwise" needs "map" or "cases"'
            raise ValueError(msg)
        return self


def _unwrap_field(value: object) -> object:
    """A bare text is a path."""
    return {"path": value} if isinstance(value, str) else value


def _wrap_field(value: FieldMap, handler: Handler) -> object:
    """Write a field the way it is read, short where the path says all."""
    body: dict[str, object] = handler(value)
    for key in ("value", "otherwise"):  # a null that was given means something
        if key in value.model_fields_set:
            body[key] = getattr(value, key)
    return body["path"] if set(body) == {"path"} else body


OneField = Annotated[FieldMap, BeforeValidator(_unwrap_field), WrapSerializer(_wrap_field)]


class CustomPairs(Noun):
    """Custom fields that come as a list of pairs, or stand elsewhere than in the item.

    Attributes:
        path: JMESPath to the list; to an object where no pairs are named.
        name: JMESPath from an element to the name.
        value: JMESPath from an element to the value.
        of: what the path starts from, as in :class:`FieldMap`.
        optional: the portal may leave the whole key out, as in :class:`FieldMap`.
    """

    path: Path
    name: Path | None = None
    value: Path | None = None
    of: Base = "item"
    optional: bool = False

    @model_validator(mode="after")
    def _both_or_none(self) -> CustomPairs:
        if (self.name is None) != (self.value is None):
            msg = '"name" and "value" go together; an object needs none of them'
            raise ValueError(msg)
        return self


class Lookup(Noun):
    """A table of the portal that items refer to; its rows can be used like parts of the item.

    The rows are the items of an endpoint, or the entries of a section of the practice's profile,
    which are found by their keys. Exactly one of ``endpoint`` and ``profile`` is given.

    Attributes:
        endpoint: name of the endpoint whose items are the rows.
        key: JMESPath from a row of the endpoint to what it is referred to by.
        profile: name of the section of the profile whose entries are the rows.
        by: JMESPath from an item to what it refers to.
    """

    endpoint: str = ""
    key: Path | None = None
    profile: str = ""
    by: Path

    @model_validator(mode="after")
    def _one_table(self) -> Lookup:
        if bool(self.endpoint) == bool(self.profile):
            got = "both" if self.endpoint else "none of them"
            msg = f"exactly one of endpoint and profile is needed, given {got}"
            raise ValueError(msg)
        if bool(self.key) != bool(self.endpoint):
            msg = (
                '"key" is missing: it says what a row is referred to by'
                if self.endpoint
                else '"key" is given by profile.yaml; leave it out'
            )
            raise ValueError(msg)
        return self


_FORMS: Final[dict[type, str]] = {
    str: "path",
    list: "keys",
    tuple: "keys",
    dict: "pairs",
    CustomPairs: "pairs",
}
CustomFields = Annotated[
    Annotated[Path, Tag("path")]
    | Annotated[tuple[str, ...], Tag("keys")]
    | Annotated[CustomPairs, Tag("pairs")],
    Discriminator(
        lambda value: _FORMS.get(type(value)),
        custom_error_type="custom_fields",
        custom_error_message="expected a path, a list of keys, or path, name and value of pairs",
    ),
]
"""Where custom fields stand: an object, some keys of the item, or a list of pairs."""


class Mapping(Noun):
    """How the items of some endpoints become entities of one kind.

    Attributes:
        version: format version.
        mapping: name, that of the file.
        entity: the kind of entity it makes.
        endpoints: names of the endpoints whose answers it reads.
        of: what ``each`` starts from, and an item is without it: each item of an answer, or the
            ``document``, which may hold several lists.
        each: JMESPath from an item to the sub-items that are meant, when an item holds several.
        key: where the portal's own id stands; it is always required.
        series: name of the numbering when two numberings of the portal feed one kind of entity.
        url: where a person sees the entity: a path with ``{id}`` or ``{<reference>}`` in it.
        window: our field whose time decides in which window of dates an entity is asked for, when
            the endpoints go on by dates; only what lies inside is missed when it is gone.
        horizon: how far the endpoints are read then, in place of what the portal's file says.
        fields: our field -> where it comes from.
        custom_fields: what only this practice has: JMESPath to an object, a list of keys of the
            item, or a list of pairs.
        lookups: tables of the portal, by the name under which the paths of this mapping find the
            row that belongs to an item; without a row the name stands for null.
        gone: JMESPath; an item for which it holds is one that the portal keeps but shows no more
            (archived): no entity is made, and one that is known is removed.
        changes: how an endpoint is read when only what changed is wanted; by endpoint.
        instead_of: name of a mapping of the same kind that is preferred: this one is read only
            where the user may not see what that one reads.
        ignore: keys of the item that change without meaning (row numbers, ages); they are neither
            kept in raw nor do they count as a change.
    """

    version: Literal[1] = 1
    mapping: str
    entity: str
    endpoints: tuple[str, ...]
    of: Literal["item", "document"] = "item"
    each: Path | None = None
    key: OneField
    series: str = ""
    url: str | None = None
    window: str | None = None
    horizon: Horizon | None = None
    fields: dict[str, OneField]
    custom_fields: CustomFields | None = None
    lookups: dict[str, Lookup] = {}
    gone: Path | None = None
    changes: dict[str, Changes] = {}
    instead_of: str | None = None
    ignore: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _horizon_of_days(self) -> Mapping:
        if self.horizon is not None and self.window is None:
            msg = '"horizon" needs "window": without it all there is is read'
            raise ValueError(msg)
        return self

    @property
    def looks_above(self) -> bool:
        """Tell whether something is taken from the earlier response that a call was made for."""
        fields = (self.key, *self.fields.values())
        own = self.custom_fields
        pairs = isinstance(own, CustomPairs) and own.of == "parent"
        return pairs or any(field.of == "parent" for field in fields)


FieldMap.model_rebuild()
Mapping.model_rebuild()
