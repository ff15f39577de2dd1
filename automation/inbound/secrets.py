"""The secrets that a portal proves itself by: one in the address of its notices, one in a hash."""

from __future__ import annotations

import hmac
import secrets
from typing import Final

from automation import store, vault
from automation.model import BUTTON_SALT, WEBHOOK_SECRET, Secret

_BYTES: Final = 32
_NOBODY: Final = "-"


class InboundSecrets:
    """Keeps what portals prove themselves by, sealed, practice by practice.

    Reading raises :class:`Unready` when a value does not open with this key.

    Args:
        rows: keeps them.
        seal: seals them.
    """

    def __init__(self, rows: store.Store, seal: vault.Vault) -> None:
        self._rows, self._vault = rows, seal

    async def address(self, practice: str) -> Secret | None:
        """What stands in the address of a practice's notices; None before there is one."""
        return await self._opened(practice, WEBHOOK_SECRET)

    async def salt(self, practice: str) -> Secret | None:
        """What is hashed into the clicks on a practice's button; None before there is one."""
        return await self._opened(practice, BUTTON_SALT)

    async def make_address(self, practice: str, *, anew: bool = False) -> Secret:
        """What stands in the address, made where there is none; 256 bits of chance.

        Args:
            practice: whose.
            anew: replace what there is.

        Raises:
            NotKnown: there is no such practice.
        """
        sealed = await self._rows.get_sealed(practice, WEBHOOK_SECRET)
        if sealed is None or anew:  # of two that saw the same the first one counts
            seen, new = sealed.version if sealed else 0, secrets.token_urlsafe(_BYTES)
            await self._rows.put_sealed_over(practice, WEBHOOK_SECRET, new.encode(), seen=seen)
            return await self.make_address(practice)
        return self._open(practice, WEBHOOK_SECRET, sealed)

    async def fits(self, practice: str, given: str) -> bool:
        """Tell whether this stands in the address of a practice, in the same time for any text."""
        known = await self.address(practice)
        wanted = known.reveal() if known else _NOBODY
        same = hmac.compare_digest(wanted.encode(), given.encode("utf-8", "surrogatepass"))
        return same and known is not None

    async def _opened(self, practice: str, name: str) -> Secret | None:
        sealed = await self._rows.get_sealed(practice, name)
        return None if sealed is None else self._open(practice, name, sealed)

    def _open(self, practice: str, name: str, sealed: store.Sealed) -> Secret:
        return Secret(self._vault.open(practice, name, sealed.blob, sealed.version).decode())
