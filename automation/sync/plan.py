"""What is read of a portal, in which order, and what each kind of entity depends on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Mapping as TableOf
from hashlib import blake2b
from typing import Final

from automation import replay
from automation.catalog import Catalog
from automation.entities import ENTITIES
from automation.errors import BadFile, NotKnown
from automation.model import Changes, Coverage, Endpoint, Input, Mapping, Practice
from automation.sync.days import Horizons, by_dates
from automation.sync.preferring import chosen_of, refuse_misfits

_DIGEST: Final = 16


class Plan:
    """The mapped endpoints of a portal, and those that they need.

    Args:
        catalog: knows what is mapped.
        portal: name of the portal.
        practice: whose horizons count before those of the files; None where no practice is meant.

    Attributes:
        mappings: all of them.
        endpoints: all that the portal's folder has, by name.
        order: names of the endpoints that are read; one that takes values comes after its giver.
        spare: those that are read only where others are not permitted, in the same order.
        givers: the endpoint whose items one is called for, by its name.
        takers: the endpoints that are called for the items of one, by its name.
        profile: where the settings of a practice are read.
        tables: names of the endpoints that mappings look up, or that hold settings.
        rules: how an endpoint tells what changed, by its name.
        covered: endpoints that are called for single items, with the list that spares the calls.
        horizons: how far calendars are read.

    Raises:
        NotKnown: something is mapped, looked up or needed that does not exist.
        BadFile: a rule of changes does not fit its endpoint.
    """

    def __init__(self, catalog: Catalog, portal: str, practice: Practice | None = None) -> None:
        self.mappings = catalog.mappings(portal)
        self.endpoints = {one.endpoint: one for one in catalog.endpoints(portal)}
        kind = catalog.portal(portal)
        self.horizons = Horizons(kind, practice, self.endpoints, self.mappings)
        self.profile = catalog.profile(portal)
        looked_up = {name for mapping in self.mappings for name in self._tables_of(mapping)}
        settings = {section.endpoint for section in self.profile.sections.values()}
        self.tables = sorted(looked_up | settings)
        self.givers: dict[str, str | None] = {}
        self.order: list[str] = []
        refuse_misfits(self.mappings)
        mapped = {name for one in self.mappings if not one.instead_of for name in one.endpoints}
        self.covered = dict(_covered(self.mappings))
        for name in sorted({*mapped, *self.tables}):
            self._place(name)
        preferred = len(self.order)
        for name in sorted({name for one in self.mappings for name in one.endpoints}):
            self._place(name)
        self.order, self.spare = self.order[:preferred], self.order[preferred:]
        self.takers: dict[str, list[str]] = defaultdict(list)
        for name, giver in self.givers.items():
            if giver is not None:
                self.takers[giver].append(name)
        self.rules: dict[str, Changes] = {}
        for mapping in self.mappings:
            self._rule(mapping)

    def narrow(self, entities: Collection[str]) -> None:
        """Read for some kinds of entities only, and for what cannot be read without the others.

        What an endpoint gives is always made as a whole, with the calls for its single items: how
        far it was read is kept for all that comes of it.

        Args:
            entities: the kinds.

        Raises:
            NotKnown: nothing is mapped to one of them.
        """
        known = {mapping.entity for mapping in self.mappings}
        for kind in entities:
            if kind not in known:
                raise NotKnown("mapped kind of entity", kind, tuple(known))
        names = {e for m in self.mappings if m.entity in entities for e in self._roots(m)}
        while names != (more := self._with_all(names)):
            names = more
        self.mappings = tuple(m for m in self.mappings if names & set(m.endpoints))
        self.order = [name for name in self.order if name in names]
        self.spare = [name for name in self.spare if name in names]
        self.tables = [name for name in self.tables if name in names]

    def _roots(self, mapping: Mapping) -> set[str]:
        return {*mapping.endpoints, *self._tables_of(mapping)}

    def _with_all(self, names: set[str]) -> set[str]:
        """These endpoints, and those that are read with them."""
        found = {each for name in names for each in self.line(name)}
        found |= {taker for name in names for taker in self.takers.get(name, ())}
        found |= {self.covered[name] for name in names if name in self.covered}
        for mapping in self.mappings:
            if names & set(mapping.endpoints):
                found |= self._roots(mapping)
        return found

    def endpoint(self, name: str) -> Endpoint:
        """The endpoint of a name.

        Raises:
            NotKnown: there is none.
        """
        if name not in self.endpoints:
            raise NotKnown("endpoint", name, tuple(self.endpoints))
        return self.endpoints[name]

    def needs(self, mapping: Mapping) -> set[str]:
        """Every endpoint that has to be read for the entities of a mapping.

        Calls that a list covers add nothing to what that list says is there.
        """
        names = {*mapping.endpoints, *self._tables_of(mapping)} - self.covered.keys()
        return {each for name in names for each in self.line(name)}

    def in_turn(self, coverage: TableOf[str, Coverage]) -> Iterator[list[str]]:
        """The endpoints to read: what is preferred; then, by how that ended, what stands in.

        Args:
            coverage: how each endpoint ended so far; it is looked at again before the second part.
        """
        yield [name for name in self.order if name not in coverage]
        standing_in = [each for each in self.in_force(coverage) if each.instead_of]
        wanted = {name for each in standing_in for name in self.needs(each)}
        yield [name for name in self.spare if name in wanted - coverage.keys()]

    def in_force(self, coverage: TableOf[str, Coverage]) -> list[Mapping]:
        """The mappings that count, now that it is known what the user may see."""
        denied = {name for name, each in coverage.items() if each.ended == "not_permitted"}
        return chosen_of(
            self.mappings, {each.mapping for each in self.mappings if self.needs(each) & denied}
        )

    def digest(self, name: str) -> str:
        """Of what says how an endpoint is read, how far, and what is made and called of it."""
        names = (name, *self.takers.get(name, ()))
        texts = [self.endpoint(each).model_dump_json() for each in names]
        made = [each for each in self.mappings if name in each.endpoints]
        texts += [each.model_dump_json() for each in made]
        looked_up = {o.profile for mapping in made for o in mapping.lookups.values() if o.profile}
        texts += [self.profile.sections[each].model_dump_json() for each in sorted(looked_up)]
        if (horizon := self.horizons.of(name)) is not None:
            texts.append(horizon.model_dump_json())
        return blake2b("\n".join(texts).encode(), digest_size=_DIGEST).hexdigest()

    def _tables_of(self, mapping: Mapping) -> list[str]:
        return [self.profile.source_of(lookup) for lookup in mapping.lookups.values()]

    def _place(self, name: str) -> None:
        if name in self.givers:
            return
        giver = replay.giver_of(self.endpoint(name))
        self.givers[name] = giver
        for before in (giver, self.covered.get(name)):
            if before is not None:
                self._place(before)
        self.order.append(name)

    def line(self, name: str) -> Iterator[str]:
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
        if name not in {each for mapped in mapping.endpoints for each in self.line(mapped)}:
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
            f"covered_by: the mapping does not read {rule.covered_by}": rule.covered_by is not None
            and rule.covered_by not in mapping.endpoints,
        }
        return next((problem for problem, holds in problems.items() if holds), "")


def _covered(mappings: Iterable[Mapping]) -> Iterator[tuple[str, str]]:
    """Endpoints that are called for single items, and the list that spares the calls."""
    for mapping in mappings:
        for name, rule in mapping.changes.items():
            if rule.covered_by:
                yield name, rule.covered_by


def _inputs(endpoint: Endpoint) -> list[str]:
    places = ("path", "query", "headers", "form", "json_body")
    bindings = (b for place in places for b in getattr(endpoint.request, place).values())
    return sorted({binding.input for binding in bindings if isinstance(binding, Input)})
