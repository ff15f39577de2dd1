"""What `inbound.yaml` names has to be there: endpoints, their inputs, kinds of entities."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from automation.entities import ENTITIES
from automation.model import Endpoint, Hooks, Inbound, Input, RecordRead

Find = Callable[[str], Endpoint | None]
"""Gives the endpoint of a name; None when there is none."""

_PLACES = ("path", "query", "headers", "form", "json_body")


def misfits(inbound: Inbound, find: Find) -> Iterator[str]:
    """What does not fit, each with its place in the file."""
    for name, topic in inbound.topics.items():
        for number, read in enumerate(topic.reads):
            place = f"topics.{name}.reads[{number}]"
            yield from (f"{place}.{problem}" for problem in _of_read(read, find))
    if inbound.hooks is not None:
        yield from (f"hooks.{problem}" for problem in _of_hooks(inbound.hooks, find))
    if inbound.button is not None:
        shows = inbound.button.shows.items()
        strange = ((name, kind) for name, kind in shows if kind not in ENTITIES)
        yield from (f'button.shows.{n}: there is no kind of entity "{k}"' for n, k in strange)


def _of_read(read: RecordRead, find: Find) -> Iterator[str]:
    yield from _lacking("read", read.read, find, effect="read", inputs=[read.by])
    if read.like is not None and find(read.like) is None:
        yield f'like: there is no endpoint "{read.like}"'


def _of_hooks(hooks: Hooks, find: Find) -> Iterator[str]:
    facts = [hooks.trigger, hooks.address, *hooks.facts]
    listing = find(hooks.list)
    if listing is not None and (listing.response.items is None or not listing.response.key):
        yield f'list: endpoint "{hooks.list}" gives no items with a key'
    yield from _lacking("list", hooks.list, find, effect="read")
    yield from _lacking("create", hooks.create, find, effect="write", inputs=facts)
    yield from _lacking("change", hooks.change, find, effect="write", inputs=[hooks.key, *facts])
    yield from _lacking("remove", hooks.remove, find, effect="write", inputs=[hooks.key])


def _lacking(
    place: str, name: str, find: Find, *, effect: str, inputs: list[str] | None = None
) -> Iterator[str]:
    endpoint = find(name)
    if endpoint is None:
        yield f'{place}: there is no endpoint "{name}"'
        return
    if endpoint.effect != effect:
        yield f'{place}: endpoint "{name}" has the effect {endpoint.effect}, not {effect}'
    asked = endpoint.named(inputs or ()) if effect == "read" else endpoint
    known = inputs_of(asked)
    for wanted in inputs or ():
        if wanted not in known:
            told = ", ".join(known) or "none"
            yield f'{place}: endpoint "{name}" has no input "{wanted}"; inputs: {told}'


def inputs_of(endpoint: Endpoint) -> list[str]:
    """The names of the inputs of an endpoint, sorted."""
    bindings = (b for place in _PLACES for b in getattr(endpoint.request, place).values())
    return sorted({binding.input for binding in bindings if isinstance(binding, Input)})
