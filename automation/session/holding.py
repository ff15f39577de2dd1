"""What calls are built from where no session is open: in a login, and by whoever asks a probe."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field

from automation import transport
from automation.errors import NotKnown
from automation.model import Portal, Practice, Secret, SessionState, Source


@dataclass(slots=True)
class Hand:
    """Cookies, slots and storage in the hand of one practice; a :class:`ports.Holding`.

    Attributes:
        practice: whose they are.
        portal: the kind of portal.
        door: has the cookies.
        credential: the secrets a call may carry, by name.
        slots: latest value of each slot.
        storage: what scripts of the practice's own origin have stored.
    """

    practice: Practice
    portal: Portal
    door: transport.HttpDoor
    credential: Mapping[str, Secret] = field(default_factory=dict)
    slots: MutableMapping[str, str] = field(default_factory=dict)
    storage: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, practice: Practice, portal: Portal, door: transport.HttpDoor, state: SessionState
    ) -> Hand:
        """What a kept session holds."""
        storage = state.stored(practice.origin)
        return cls(practice, portal, door, slots=dict(state.slots), storage=storage)

    def held(self, source: Source) -> str | None:
        """The current value of a cookie or a storage key; None for every other kind of place."""
        if source.cookie is not None:
            return self.door.cookie(source.cookie, f"{self.practice.base_url}/")
        return self.storage.get(source.storage) if source.storage is not None else None

    def secret(self, name: str) -> Secret:
        """A secret of the practice by name.

        Raises:
            NotKnown: the practice has no such secret, or it is not at hand.
        """
        if name not in self.credential:
            raise NotKnown(f"secret of {self.practice.name}", name, tuple(self.credential))
        return self.credential[name]
