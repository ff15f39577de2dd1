"""Rotation: a new credential takes the place of the old one, once a login proved it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

from automation import catalog
from automation.errors import BadArgument, Refused, VetportalError
from automation.model import Credential, Practice, Secret, SessionState
from automation.session.doors import Doors
from automation.session.entrance import Entrance
from automation.session.kinds import kinds_of
from automation.session.login import Login
from automation.session.safe import Safe, login_name
from automation.session.standing import Standing

_NAMES: Final = Credential()


@dataclass(frozen=True, slots=True)
class Rotation:
    """Changes credentials.

    Attributes:
        files: knows portals.
        safe: keeps credentials.
        standing: shows where the session stands.
        login: proves the new credential.
        entrance: lets one in at a time, and sees whose session it is.
        doors: the ways out.
    """

    files: catalog.Catalog
    safe: Safe
    standing: Standing
    login: Login
    entrance: Entrance
    doors: Doors

    async def rotate(self, practice: Practice, given: Mapping[str, Secret]) -> SessionState | None:
        """Log in with a new credential; keep it and its session if both are the practice's own.

        Args:
            practice: whose credential changes.
            given: what is new, by the names of :class:`Credential`; what is left out stays.

        Returns:
            The session of the old credential, which is not kept any more.

        Raises:
            BadArgument: a name is none of a credential.
            Refused: the practice does not log in by user name.
            PracticeMixedUp: the new login leads to another practice.
            VetportalError: the proof failed; credential, session and status are as before.
        """
        _refuse_other_names(given)
        names = await self._login_names(practice, given)
        async with AsyncExitStack() as turns:
            for name in sorted(names):  # in one order, so that two rotations never wait in a ring
                await turns.enter_async_context(self.entrance.turn(practice, name))
            if not await self._login_names(practice, given) <= names:
                raise Refused(
                    f"the credential of {practice.name} was changed by somebody else meanwhile",
                    remedy="See what it is now, then run again.",
                )
            return await self._prove(practice, given)

    async def _prove(self, practice: Practice, given: Mapping[str, Secret]) -> SessionState | None:
        new = {**await self.safe.credential(practice.name), **given}
        before = await self.standing.of(practice.name)
        old = await self.entrance.kept(practice.name)
        try:
            async with self.doors.tab(practice) as tab:
                state = await self.login.log_in(tab, practice, new)
            await self.entrance.settle(practice, state, rotated=given)
        except VetportalError:
            await self.standing.statuses.put(before)
            raise
        return old

    async def _login_names(self, practice: Practice, given: Mapping[str, Secret]) -> set[str]:
        """The login that the practice has, and the one that it will have."""
        kept = await self.safe.credential(practice.name)
        kinds = kinds_of(self.files, practice.portal)
        if "login" not in kinds or _NAMES.username not in kept:
            raise Refused(
                f"{practice.name} has no user name that could be replaced",
                remedy=f"Run `vetportal practice authorize {practice.name}` where the portal hands "
                "out tokens.",
            )
        users = (kept[_NAMES.username], {**kept, **given}[_NAMES.username])
        return {login_name(practice, user) for user in users}


def _refuse_other_names(given: Mapping[str, Secret]) -> None:
    known = _NAMES.model_dump().values()
    if other := sorted(set(given) - set(known)):
        raise BadArgument(
            f"{', '.join(other)}: not part of a login", remedy=f"Known: {', '.join(known)}."
        )
