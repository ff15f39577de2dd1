"""What is read of a portal, in which order, and what each kind of entity depends on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

from automation import replay
from automation.catalog import Catalog
from automation.entities import ENTITIES
from automation.errors import BadFile, NotKnown
from automation.model import Changes, Endpoint, Input, Mapping
from automation.sync.days import by_dates

_DIGEST: Final = 16


class Plan:
    """The mapped endpoints of a portal, and those that they need.

    Args:
        catalog: knows what is mapped.
        portal: name of the portal.

    Attributes:
        mappings: all of them.
        endpoints: all that the portal's folder has, by name.
        order: names of the endpoints that are read; one that takes values comes after its giver.
        givers: the endpoint whose items one is called for, by its name.
        takers: the endpoints that are called for the items of one, by its name.
        profile: where the settings of a practice are read.
        tables: names of the endpoints that mappings look up, or that hold settings.
        rules: how an endpoint tells what changed, by its name.

    Raises:
        NotKnown: something is mapped, looked up or needed that does not exist.
        BadFile: a rule of changes does not fit its endpoint.
    """

    def __init__(self, catalog: Catalog, portal: str) -> None:
        self.mappings = catalog.mappings(portal)
        self.endpoints = {one.endpoint: one for one in catalog.endpoints(portal)}
        self.profile = catalog.profile(portal)
        looked_up = {name for mapping in self.mappings for name in self._tables_of(mapping)}
        settings = {section.endpoint for section in self.profile.sections.values()}
        self.tables = sorted(looked_up | settings)
        self.givers: dict[str, str | None] = {}
        self.order: list[str] = []
        mapped = {name for mapping in self.mappings for name in mapping.endpoints}
        for name in sorted({*mapped, *self.tables}):
            self._place(name)
        self.takers: dict[str, list[str]] = defaultdict(list)
        for name, giver in self.givers.items():
            if giver is not None:
                self.takers[giver].append(name)
        self.rules: dict[str, Changes] = {}
        for mapping in self.mappings:
            self._rule(mapping)

    def endpoint(self, name: str) -> Endpoint:
        """The endpoint of a name.

        Raises:
            NotKnown: there is none.
        """
        if name not in self.endpoints:
            raise NotKnown("endpoint", name, tuple(self.endpoints))
        return self.endpoints[name]

    def needs(self, mapping: Mapping) -> set[str]:
        """Every endpoint that has to be read for the entities of a mapping."""
        names = {*mapping.endpoints, *self._tables_of(mapping)}
        return {each for name in names for each in self._line(name)}

    def digest(self, name: str) -> str:
        """Of the files that say how an endpoint is read, and what is made and called of it."""
        names = (name, *self.takers.get(name, ()))
        texts = [self.endpoint(each).model_dump_json() for each in names]
        made = [each for each in self.mappings if name in each.endpoints]
        texts += [each.model_dump_json() for each in made]
        looked_up = {o.profile for mapping in made for o in mapping.lookups.values() if o.profile}
        texts += [self.profile.sections[each].model_dump_json() for each in sorted(looked_up)]
        return blake2b("\n".join(texts).encode(), digest_size=_DIGEST).hexdigest()

    def _tables_of(self, mapping: Mapping) -> list[str]:
        return [self.profile.source_of(lookup) for lookup in mapping.lookups.values()]

    def _place(self, name: str) -> None:
        if name in self.givers:
            return
        giver = replay.giver_of(self.endpoint(name))
        self.givers[name] = giver
        if giver is not None:
            self._place(giver)
        self.order.append(name)

    def _line(self, name: str) -> Iterator[str]:
        """An endpoint, its giver, the giver of that and so on."""
        following: str | None = name
        while following is not None:
            yield following
            following = self.givers.get(following)

    def _rule(self, mapping: Mapping) -> None:
        file = f"mappings/{mapping.mapping}.yaml"
        for name, rule in mapping.changes.items():
            problem = self._misfit(mapping, name, rule)
            if problem:
                raise BadFile(file, f"changes.{name}: {problem}")
            if self.rules.setdefault(name, rule) != rule:
                raise BadFile(file, f"changes.{name}: another mapping says something else")

    def _misfit(self, mapping: Mapping, name: str, rule: Changes) -> str:
        if name not in mapping.endpoints:
            return f"the mapping reads {', '.join(mapping.endpoints)} only"
        endpoint = self.endpoint(name)
        inputs, fields = _inputs(endpoint), ENTITIES[mapping.entity].model_fields
        no_pages = by_dates(endpoint) or endpoint.pagination is None
        problems = {
            "parent: it is not called for the items of a list": rule.parent
            and self.givers[name] is None,
            f"since: no input is named {rule.since!r}; inputs: {', '.join(inputs) or 'none'}": (
                rule.since is not None and rule.since not in inputs
            ),
            f"newest: a {mapping.entity} has no field {rule.newest!r}": rule.newest is not None
            and rule.newest not in fields,
            "newest: the endpoint gives no list page by page": rule.newest is not None and no_pages,
        }
        return next((problem for problem, holds in problems.items() if holds), "")


def _inputs(endpoint: Endpoint) -> list[str]:
    places = ("path", "query", "headers", "form", "json_body")
    bindings = (b for place in places for b in getattr(endpoint.request, place).values())
    return sorted({binding.input for binding in bindings if isinstance(binding, Input)})
