"""One item becomes one entity: a mapping compiled for a practice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as AnyMapping
from typing import Any, Final, NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import JsonValue

from automation.entities import ENTITIES, Entity, entity_id, field_kinds, part_kinds, refuse_unfit
from automation.errors import BadArgument, BadFile
from automation.model import CustomPairs, Entries, FieldMap, Kind, Lookup, Mapping, Practice
from automation.normalise.canonical import canonical_item, content_hash
from automation.normalise.fields import Bases, Read, compile_field
from automation.normalise.paths import compile_path
from automation.normalise.shown import UnreadableError
from automation.normalise.transforms import Ground, as_text

Item = dict[str, JsonValue]
Tables = AnyMapping[str, Iterable[JsonValue]]
Sections = AnyMapping[str, Entries]

_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")


class _Reference(NamedTuple):
    """A reference of the entity, and the start of the ids it points at."""

    name: str
    prefix: str
    series: str
    read: Read


class RowMaker:
    """Makes one entity of one item.

    Args:
        mapping: what to read.
        practice: gives zone, currency, portal and the name that goes into every id.
        tables: the items of the endpoints that the mapping looks up, by endpoint.
        sections: the sections of the profile that the mapping looks up, by name.

    Raises:
        BadFile: the mapping does not fit the entity it is for.
        BadArgument: the practice's time zone does not exist.
    """

    def __init__(
        self, mapping: Mapping, practice: Practice, tables: Tables, sections: Sections
    ) -> None:
        self._mapping, self._practice = mapping, practice
        self._entity = _entity_of(mapping)
        self._ground = Ground(_zone(practice), practice.currency)
        fields = _in_order(mapping.fields)
        kinds = field_kinds(self._entity)
        self._key = compile_field(mapping.key.model_copy(update={"required": True}), "reference")
        self._references = [
            self._reference(name, field)
            for name, field in fields.items()
            if kinds[name] == "reference"
        ]
        self._fields = [
            (name, compile_field(field, kinds[name], self._parts(name, field)))
            for name, field in fields.items()
            if kinds[name] != "reference"
        ]
        self._custom = _custom_fields(mapping)
        self._lookups = [
            (name, compile_path(lookup.by), _rows_of(lookup, tables, sections))
            for name, lookup in mapping.lookups.items()
        ]
        self._url = mapping.url
        self._defaults = _defaults(kinds, practice)

    def make(self, bases: Bases) -> Entity:
        """Make the entity of one item.

        Raises:
            ValueError: a value does not fit; says where, and shows the form of the value only.
        """
        if not isinstance(bases.item, dict):
            raise UnreadableError(bases.item, "is no object")
        item, raw = canonical_item(bases.item, self._mapping.ignore)
        bases = bases._replace(item=self._with_rows(item))
        place = "key"
        values: dict[str, Any] = dict(self._defaults)
        try:
            source_id = str(self._key(bases, self._ground))
            values |= self._identity(source_id)
            for place, prefix, series, read in self._references:
                values |= self._pair(place, prefix, series, read(bases, self._ground))
            ground = self._ground
            for place, read in self._fields:
                values[place] = read(bases, ground)
                if place == "currency":
                    ground = ground._replace(currency=str(values[place]))
            place = "custom_fields"
            values[place] = self._custom(bases)
        except ValueError as error:
            msg = f"{place}: {error}"
            raise ValueError(msg) from None
        values["source_url"] = self._address(values)
        return self._entity.model_construct(
            **values, raw=raw, content_hash=content_hash(values, raw)
        )

    def id_of(self, bases: Bases) -> str:
        """Our id of the entity that one item is.

        Raises:
            ValueError: it has no key.
        """
        return str(self._identity(str(self._key(bases, self._ground)))["id"])

    def _with_rows(self, item: Item) -> Item:
        """The item, with the rows that belong to it under the names of the lookups."""
        if not self._lookups:
            return item
        rows = {name: table.get(_index_of(by(item))) for name, by, table in self._lookups}
        return {**item, **rows}

    def _identity(self, source_id: str) -> dict[str, object]:
        series = self._mapping.series
        ours = entity_id(self._entity.prefix, self._practice.name, source_id, series=series)
        return {"id": ours, "source_id": source_id}

    def _reference(self, name: str, field: FieldMap) -> _Reference:
        prefix = ENTITIES[self._entity.references[name]].prefix
        return _Reference(name, prefix, field.series, compile_field(field, "reference"))

    def _pair(self, name: str, prefix: str, series: str, found: object) -> dict[str, object]:
        """The two columns of a reference; ours is computed, so the other may come later."""
        if found is None:
            return {}
        ours = entity_id(prefix, self._practice.name, str(found), series=series)
        return {f"{name}_source_id": found, f"{name}_id": ours}

    def _parts(self, name: str, field: FieldMap) -> dict[str, Kind] | None:
        return part_kinds(self._entity, name) if field.each else None

    def _address(self, values: dict[str, object]) -> str | None:
        """Where a person sees it; None when the address would have a gap."""
        if self._url is None:
            return None
        ids = {"id": values["source_id"]} | {
            name: values.get(f"{name}_source_id") for name, *_ in self._references
        }
        if any(ids[name] is None for name in _PLACEHOLDER.findall(self._url)):
            return None
        return _PLACEHOLDER.sub(lambda match: quote(str(ids[match[1]]), safe=""), self._url)


def _rows_of(lookup: Lookup, tables: Tables, sections: Sections) -> Entries:
    """The rows of a table by what they are referred to by; a missing table has none."""
    if lookup.key is None:
        return sections.get(lookup.profile, {})
    take = compile_path(lookup.key)
    rows = tables.get(lookup.endpoint, ())
    return {index: row for row in rows if (index := _index_of(take(row)))}


def _index_of(value: JsonValue) -> str:
    """Ids are compared as texts; lists and objects refer to nothing."""
    return "" if value is None or isinstance(value, (list, dict)) else as_text(value).strip()


def _entity_of(mapping: Mapping) -> type[Entity]:
    try:
        refuse_unfit(mapping)
    except ValueError as error:
        raise BadFile(f"mappings/{mapping.mapping}.yaml", str(error)) from error
    return ENTITIES[mapping.entity]


def _zone(practice: Practice) -> ZoneInfo:
    try:
        return ZoneInfo(practice.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadArgument(
            f"practice {practice.name}: no time zone is named {practice.timezone!r}",
            remedy="Give an IANA name such as America/Chicago.",
        ) from error


def _in_order(fields: dict[str, FieldMap]) -> dict[str, FieldMap]:
    """Currency first, because amounts need it; the portal's word for a status comes for free."""
    ordered = dict(sorted(fields.items(), key=lambda pair: pair[0] != "currency"))
    status = fields.get("status")
    if status and status.path and "raw_status" not in fields:
        ordered["raw_status"] = FieldMap(path=status.path, of=status.of)
    return ordered


def _defaults(kinds: dict[str, Kind], practice: Practice) -> dict[str, object]:
    """What the practice says where an item says nothing."""
    own: dict[str, object] = {"practice": practice.name, "source_system": practice.portal}
    given = {"currency": practice.currency, "timezone": practice.timezone}
    return own | {name: value for name, value in given.items() if name in kinds}


def _custom_fields(mapping: Mapping) -> Callable[[Bases], Item]:
    """How the custom fields of an item are found."""
    where = mapping.custom_fields
    if where is None:
        return lambda _bases: {}
    if isinstance(where, str):
        where = CustomPairs(path=where)
    if isinstance(where, CustomPairs):
        return _custom_object(where) if where.name is None else _custom_pairs(where)
    return lambda bases: _kept(bases.item, where)


def _kept(item: JsonValue, keys: tuple[str, ...]) -> Item:
    return {key: item[key] for key in keys if key in item} if isinstance(item, dict) else {}


def _custom_object(where: CustomPairs) -> Callable[[Bases], Item]:
    take, base = compile_path(where.path), Bases._fields.index(where.of)

    def read(bases: Bases) -> Item:
        found = take(bases[base])
        if found is not None and not isinstance(found, dict):
            raise UnreadableError(
                found, "is no object; a list of pairs is read with path, name, value"
            )
        return found or {}

    return read


def _custom_pairs(where: CustomPairs) -> Callable[[Bases], Item]:
    take, base = compile_path(where.path), Bases._fields.index(where.of)
    name, value = compile_path(where.name or "@"), compile_path(where.value or "@")

    def read(bases: Bases) -> Item:
        found = take(bases[base])
        if found is not None and not isinstance(found, list):
            raise UnreadableError(found, "is no list of pairs; an object is read with its path")
        kept: Item = {}
        for one in found or ():
            if (key := as_text(name(one))) in kept:
                raise UnreadableError(key, "is the name of two custom fields")
            kept[key] = value(one)
        return kept

    return read
