"""Session slots: the first value from the page that has it, then the latest of every answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from urllib.parse import unquote

from automation.model import Call, Endpoint, FromSession, Slot, Source
from automation.ports import Holding
from automation.replay.inputs import bindings_of
from automation.replay.places import Reading


class SlotKeeper:
    """Looks after the slots that one endpoint needs.

    Args:
        endpoint: names the slots and where responses hold them.
        session: keeps the values.
    """

    def __init__(self, endpoint: Endpoint, session: Holding) -> None:
        self._session = session
        self._slots = _all_slots(endpoint, session)
        self._needed = {
            binding.session
            for _, _, binding in bindings_of(endpoint)
            if isinstance(binding, FromSession) and not binding.optional
        }

    def renew_from(self, reading: Reading) -> None:
        """Take the value of each slot that this answer holds."""
        for name, sources in self._slots.items():
            for source in sources:
                value = reading.at(source)
                if value is not None:
                    self._session.slots[name] = value
                    break

    def openers(self, endpoint: Endpoint) -> list[Call]:
        """The pages to ask for values that are still missing.

        What a cookie or the storage of the login holds is taken from there. A value that is
        the echo of a cookie is always that of the present one, which any answer may have set.
        """
        echoes = {name for name in self._needed if self._is_echo(name)}
        paths: dict[str, None] = {}
        for name in sorted(self._needed - (self._session.slots.keys() - echoes)):
            held = (self._held(source) for source in self._slots.get(name, ()))
            value = next(filter(None, held), None)
            slot = endpoint.slots.get(name)
            if value is not None:
                self._session.slots[name] = value
            elif name not in self._session.slots and slot is not None and slot.open is not None:
                paths[slot.open] = None
        base = self._session.practice.base_url
        return [Call("GET", f"{base}{path}", {"accept": "text/html,*/*"}) for path in paths]

    def places(self) -> Iterator[tuple[str, Source]]:
        """Every place of every slot."""
        return ((name, source) for name, sources in self._slots.items() for source in sources)

    def _is_echo(self, name: str) -> bool:
        sources = self._slots.get(name, ())
        return bool(sources) and sources[0].cookie is not None

    def _held(self, source: Source) -> str | None:
        """The present value; scripts read a cookie percent-decoded."""
        value = self._session.held(source)
        return unquote(value) if value is not None and source.cookie is not None else value

    def are_missing(self) -> bool:
        """Whether a value that is needed is not known yet."""
        return not self._needed <= self._session.slots.keys()

    def forget(self) -> None:
        """Drop the values, so that the next call begins with fresh ones.

        What no answer gives came with the login, and only another login would bring it again.
        """
        for name in self._needed:
            if self._slots.get(name):
                self._session.slots.pop(name, None)

    def forget_opened(self, endpoint: Endpoint) -> None:
        """Drop the values that a page gives anew."""
        for name in self._needed:
            slot = endpoint.slots.get(name)
            if slot is not None and slot.open is not None:
                self._session.slots.pop(name, None)

    def values(self) -> Mapping[str, str]:
        """The current values of the slots that are needed."""
        slots = self._session.slots
        return {name: slots[name] for name in self._needed if name in slots}


def _all_slots(endpoint: Endpoint, session: Holding) -> dict[str, tuple[Source, ...]]:
    """The places of each slot: those of the endpoint, then those known by hand; headers first."""
    by_hand = session.portal.slots
    names = dict.fromkeys(chain(endpoint.slots, by_hand))
    return {
        name: tuple(
            sorted(
                (*endpoint.slots.get(name, Slot(sources=())).sources, *by_hand.get(name, ())),
                key=lambda source: source.header is None,
            )
        )
        for name in names
    }
