"""Touched: what looks otherwise on the portal after a write, and what of it was seen already."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import JsonValue

from automation.model import Practice, Write
from automation.writes.functions import id_in
from automation.writes.known import Known
from automation.writes.undoing import taken_back


@dataclass(frozen=True, slots=True)
class Touched:
    """What a write touched.

    Attributes:
        records: topics, each with the id of a record that is to be read again.
        items: endpoints, each with the item that a read-back found there.
    """

    records: tuple[tuple[str, str], ...] = ()
    items: tuple[tuple[str, JsonValue], ...] = ()


def touched(write: Write, practice: Practice) -> Touched:
    """What a write touched, as far as it happened.

    Where an input is sensitive, what was read back is not whole and no item is given.

    Args:
        write: over, or told as unknown.
        practice: its practice.

    Raises:
        BadFile: a path of the operation does not fit what it is given.
    """
    done = [step for step in write.steps if step.happened]
    if not done:
        return Touched()
    known = Known(write.declared, practice, write.inputs, write.marker, write.at)
    known.settings, known.reads = dict(write.settings), dict(write.reads)
    for plan in write.declared.steps:
        step = write.step(plan.step)
        known.steps[plan.step] = step.kept if step is not None and step.happened else {}
    records = tuple(
        dict.fromkeys(
            (topic, id_in(record))
            for topic, path in write.declared.rereads.items()
            for record in _each(known.value(path))
        )
    )
    return Touched(records, () if _hides(write) else tuple(_items(write)))


def _items(write: Write) -> list[tuple[str, JsonValue]]:
    """The latest item of each endpoint and step; what was taken back is not what it was."""
    back = taken_back(write)
    found: list[tuple[str, JsonValue]] = []
    for plan in write.declared.steps:
        step = write.step(plan.step)
        if step is not None and step.happened and plan.step not in back:
            found.append((plan.read_back.endpoint, step.after))
    return found


def _hides(write: Write) -> bool:
    fields = [*write.declared.inputs.values()]
    while fields:
        field = fields.pop()
        if field.sensitive:
            return True
        fields += field.fields.values()
    return False


def _each(value: JsonValue) -> list[JsonValue]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if each is not None]
