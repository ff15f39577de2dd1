"""The mappings turn what the portal sends into its own truth, fact by fact.

The answers are fetched here by hand, so that a mistake of inference or replay shows elsewhere; the
truth is the simulator's dump, put into our words by `tests.truth` and by nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from automation.catalog import Catalog
from automation.entities import ENTITIES, Entity
from automation.errors import AnswerNotUnderstood
from automation.model import Answer, FieldMap, Mapping, Practice
from automation.normalise import normalise_answer, read_section
from automation.store import Scope, Store
from tests.contract.pulse_answers import all_answers
from tests.fixtures.covetrus_pulse.driver import Person, Simulated
from tests.store.support import in_store
from tests.truth import TRUTHS, Dump, Row, core
from tests.truth import differences as differing

PORTAL = "covetrus_pulse"
EVERY = {one.mapping: one for one in Catalog(Path("flows")).mappings(PORTAL)}
MAPPINGS = {name: EVERY[name] for name in (*core.TRUTHS, "treatment_board_entry")}
"""Those whose answers are fetched here; the others are compared by the journeys."""
PROFILE = Catalog(Path("flows")).profile(PORTAL).sections
ZONES = ("America/Chicago", "America/New_York")


class Portal:
    """What one practice answers, and what is true there."""

    def __init__(self, sim: Simulated, place: int) -> None:
        person = Person(sim)
        person.sign_in(0, place)
        profile = sim.ask("/_sim/practices")[place]
        self.answers = all_answers(person)
        self.truth = Dump(sim.ask(f"/_sim/dump?practice={profile['id']}"))
        self.practice = Practice(
            name=f"practice-{place}",
            portal=PORTAL,
            base_url=sim.url,
            timezone=profile["zone"],
            loopback=True,
        )

    def read(self, mapping: Mapping) -> list[Entity]:
        looked_up = mapping.lookups.values()
        tables = {
            name: [item for one in self.answers[name] for item in one.items]
            for name in (lookup.endpoint for lookup in looked_up)
            if name
        }
        sections = {
            name: read_section(name, PROFILE[name], self.answers[PROFILE[name].endpoint][0])
            for name in (lookup.profile for lookup in looked_up)
            if name
        }
        return [
            entity
            for name in mapping.endpoints
            for answer in self.answers[name]
            for entity in normalise_answer(answer, mapping, self.practice, tables, sections)
        ]


@pytest.fixture(scope="module", params=[0, 1], ids=ZONES)
def portal(request: pytest.FixtureRequest) -> Iterator[Portal]:
    with Simulated("--patients", "120", "--now", "2026-11-04T10:00:00-06:00") as sim:
        yield Portal(sim, request.param)


def compared(entity: Entity, fields: Collection[str]) -> Row:
    """An entity in the notation of the dump."""
    found = entity.model_dump(include=set(fields))
    return {name: _written(value) for name, value in found.items()}


def _written(value: Any) -> Any:  # noqa: ANN401
    return value.isoformat() if hasattr(value, "isoformat") else value


def differences(portal: Portal, mapping: Mapping) -> list[str]:
    """Where entities and truth differ: id, field, ours, theirs."""
    wanted = portal.truth.wanted(mapping.mapping)
    made = {
        one.source_id: compared(one, wanted.get(one.source_id, {})) for one in portal.read(mapping)
    }
    return differing(wanted, made)


def test_every_mapping_has_a_truth() -> None:
    assert set(EVERY) == set(TRUTHS)


@pytest.mark.parametrize("name", MAPPINGS)
def test_entities_are_what_the_portal_knows(portal: Portal, name: str) -> None:
    assert portal.truth.rows(name)
    assert differences(portal, MAPPINGS[name]) == []


@pytest.mark.parametrize("name", MAPPINGS)
def test_the_truth_speaks_of_every_field_that_is_mapped(portal: Portal, name: str) -> None:
    told = {field for row in portal.truth.wanted(name).values() for field in row}
    references = ENTITIES[MAPPINGS[name].entity].references
    mapped = {f"{one}_source_id" if one in references else one for one in MAPPINGS[name].fields}
    assert mapped <= told


def test_references_lead_to_entities_that_are_there(portal: Portal) -> None:
    entities = [entity for mapping in MAPPINGS.values() for entity in portal.read(mapping)]
    there = {entity.id for entity in entities}
    kinds = {entity.kind for entity in entities}
    assert len(there) == len(entities)
    targets = Counter(
        f"{entity.kind}.{name}"
        for entity in entities
        for name, kind in entity.references.items()
        if kind in kinds
        and (target := getattr(entity, f"{name}_id")) is not None
        and target not in there
    )
    assert targets == Counter()


@pytest.mark.parametrize(
    "name, field, wrong",
    [
        ("patient", "name", "ClientName"),
        ("patient", "client", "PatientId"),
        ("invoice", "total_minor", "Subtotal"),
        ("appointment", "start_at", "EndTime"),
        ("treatment_board_entry", "second_provider", "VetInChargeId"),
    ],
)
def test_a_wrong_mapping_differs_from_the_truth(
    portal: Portal, name: str, field: str, wrong: str
) -> None:
    good = MAPPINGS[name]
    bad = good.model_copy(update={"fields": good.fields | {field: FieldMap(path=wrong)}})
    column = f"{field}_source_id" if field == "client" or "provider" in field else field
    assert any(f" {column}: " in one for one in differences(portal, bad))


def test_a_renamed_key_stops_the_mapping_instead_of_emptying_the_column(portal: Portal) -> None:
    answer, *_ = portal.answers["list-patients"]
    renamed = [
        {"BreedName" if key == "Breed" else key: value for key, value in item.items()}
        for item in answer.items
        if isinstance(item, dict)
    ]
    changed = Answer(endpoint=answer.endpoint, url="", items=tuple(renamed))
    with pytest.raises(AnswerNotUnderstood, match='fields.breed reads "Breed", which no item has'):
        normalise_answer(changed, MAPPINGS["patient"], portal.practice)


def test_what_is_read_twice_is_stored_once(portal: Portal, tmp_path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.add_practice(portal.practice)
        for run in ("r1", "r2"):
            await store.start_run(run, practice=portal.practice.name, kind="sync")
            intake = store.intake(portal.practice, run)
            for mapping in MAPPINGS.values():
                intake.add(portal.read(mapping))
            await intake.flush()
            for kind in ENTITIES:
                scope = Scope(portal.practice.name)
                intake.count_removed(kind, await store.sweep(kind, scope=scope, run=run))
            changes = sum(tally.changes for tally in intake.tallies.values())
            assert bool(changes) == (run == "r1")
        counts = await store.counts(portal.practice.name)
        tables = Counter(dict.fromkeys(ENTITIES, 0))
        for name, mapping in MAPPINGS.items():
            tables[mapping.entity] += len(portal.truth.rows(name))
        assert counts == dict(tables)
        (visit, *_) = await store.rows("appointment", Scope(portal.practice.name), limit=1)
        truth = portal.truth.find("appointments", int(visit.source_id))
        start = visit.model_dump()["start_at"]
        assert isinstance(start, datetime)
        assert start.isoformat() == truth["starts_at"]

    in_store(tmp_path / "store.db", scene)
