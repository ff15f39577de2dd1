"""What a practice configured, gathered while its endpoints are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from automation import normalise
from automation.errors import PortalChanged
from automation.model import Answer, Entries, Profile, ProfilePlan


def gather_profile(
    plan: ProfilePlan,
    tables: Mapping[str, Iterable[Answer]],
    known: Profile | None,
    practice: str,
    now: datetime,
    *,
    refused: Mapping[str, str],
) -> tuple[Profile | None, list[PortalChanged]]:
    """The profile of a practice, from answers that are all there.

    Args:
        plan: where its sections are read.
        tables: all answers of each endpoint that was read to its end.
        known: the profile as it was known before.
        practice: whose it is.
        now: the current time.
        refused: why the portal does not show an endpoint to this login.

    Returns:
        The profile, None for a portal that tells nothing of the kind; and what was not understood,
        whose sections stay as they were known.
    """
    if not plan.sections:
        return None, []
    reading, read, failed = ProfileReading(plan, known), set[str](), list[PortalChanged]()
    for name in reading.endpoints & tables.keys():
        try:
            for answer in tables[name]:
                reading.take(name, answer)
        except PortalChanged as problem:
            failed.append(problem)
        else:
            read.add(name)
    return reading.profile(practice, now=now, read=read, refused=refused), failed


class ProfileReading:
    """Gathers the sections of one practice's profile from the answers that hold them.

    Args:
        plan: where the sections are read.
        before: the profile as it was known before; None for the first one.
    """

    def __init__(self, plan: ProfilePlan, before: Profile | None) -> None:
        self._sections, self._before = plan.sections, before
        self._entries: defaultdict[str, Entries] = defaultdict(dict)

    @property
    def endpoints(self) -> frozenset[str]:
        """The endpoints whose answers hold a section."""
        return frozenset(section.endpoint for section in self._sections.values())

    def take(self, name: str, answer: Answer) -> None:
        """Gather what an answer of an endpoint holds.

        Raises:
            AnswerNotUnderstood: an entry has no key, or two different entries have the same.
        """
        for section, told in self._sections.items():
            if told.endpoint == name:
                self._entries[section] |= normalise.read_section(section, told, answer)

    def profile(
        self, practice: str, *, now: datetime, read: Collection[str], refused: Mapping[str, str]
    ) -> Profile:
        """The profile, after the reading.

        A section that failed for another reason than a missing right stays as it was known.

        Args:
            practice: whose it is.
            now: the current time.
            read: the endpoints that were read to their end.
            refused: why the portal does not show an endpoint to this login.
        """
        known = self._before.sections if self._before else {}
        sections: dict[str, Entries] = {}
        for section, told in self._sections.items():
            if told.endpoint in read:
                sections[section] = self._entries[section]
            elif told.endpoint not in refused and section in known:
                sections[section] = known[section]
        unread = {
            section: refused[told.endpoint]
            for section, told in self._sections.items()
            if told.endpoint in refused
        }
        return Profile(practice=practice, seen_at=now, sections=sections, unread=unread)
