"""What the screens of the simulated practice portal show, and what follows from it.

Shares no code with the product: it signs in by hand, turns pages by clicking, reads the rendered
tables, and says by hand-written rules which entities have to come out. The simulator's own dump
goes through the same rules, so that a product's store can be held against both:

    shown = oracle.read_screens(portal, practice, days=days, launch=options)
    wanted = oracle.expected_entities(oracle.facts_on_screen(shown, practice))
    assert oracle.difference(wanted, oracle.stored_entities(rows_by_kind)) == []
"""

from tests.oracle.facts import Facts, facts_in_dump, facts_on_screen
from tests.oracle.records import (
    EXPECTED_FIELDS,
    Entities,
    difference,
    expected_entities,
    stored_entities,
)
from tests.oracle.screens import Row, Screens, read_screens

__all__ = [
    "EXPECTED_FIELDS",
    "Entities",
    "Facts",
    "Row",
    "Screens",
    "difference",
    "expected_entities",
    "facts_in_dump",
    "facts_on_screen",
    "read_screens",
    "stored_entities",
]
