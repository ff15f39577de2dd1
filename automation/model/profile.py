"""Profile: what a practice configured for itself, and how a portal tells it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal, Self

import orjson
from pydantic import JsonValue, model_validator

from automation.errors import NotKnown
from automation.model.expression import Path
from automation.model.mapping import Lookup
from automation.model.noun import Noun


class ProfileSection(Noun):
    """Where one part of a profile is read: a table of the portal's settings.

    Attributes:
        endpoint: name of the endpoint whose items are the entries, or hold them.
        of: what ``each`` starts from, and an entry is without it: each item of an answer, or the
            ``document``, which may hold several lists.
        each: JMESPath from an item to the entries in it; the item itself when left out.
        key: JMESPath from an entry to what identifies it (``@`` for entries that are texts).
        ignore: keys of an entry that change without meaning.
    """

    endpoint: str
    of: Literal["item", "document"] = "item"
    each: Path | None = None
    key: Path
    ignore: tuple[str, ...] = ()


class ProfileHours(Noun):
    """How the entries of a section tell when places are open.

    Attributes:
        section: name of the section.
        location: JMESPath from an entry to the portal's id of its location, or an address that ends
            with it; without it an entry is about the whole practice.
        day: JMESPath from an entry to the name of its day of the week, or a list of them; without
            it the portal does not tell days.
        opens: JMESPath from an entry to the time at which it opens.
        closes: JMESPath from an entry to the time at which it closes.
        slot: JMESPath from an entry to the minutes between two times that can be booked.
    """

    section: str
    location: Path | None = None
    day: Path | None = None
    opens: Path
    closes: Path
    slot: Path | None = None


class ProfilePlan(Noun):
    """How a portal tells what a practice configured: ``profile.yaml`` of its folder.

    Attributes:
        version: format version.
        profile: name of the portal.
        sections: where each part is read, by its name (``rights``, ``visit_statuses``).
        hours: which of them tell when places are open; of two that tell of one place the first
            counts.
    """

    version: Literal[1] = 1
    profile: str
    sections: dict[str, ProfileSection] = {}
    hours: tuple[ProfileHours, ...] = ()

    @model_validator(mode="after")
    def _knows_its_sections(self) -> Self:
        for each in self.hours:
            if each.section not in self.sections:
                msg = f"hours: there is no section {each.section!r}"
                raise ValueError(msg)
        return self

    def source_of(self, lookup: Lookup) -> str:
        """The name of the endpoint that the rows of a table come from.

        Raises:
            NotKnown: the profile has no such section.
        """
        if lookup.endpoint:
            return lookup.endpoint
        if lookup.profile not in self.sections:
            raise NotKnown("section of the profile", lookup.profile, tuple(self.sections))
        return self.sections[lookup.profile].endpoint


Entries = dict[str, JsonValue]
"""The entries of a section by what identifies them."""


class Profile(Noun):
    """What a practice configured for itself, as the portal told it, at one time.

    Attributes:
        practice: whose it is.
        number: counts the profiles of a practice, from 1.
        seen_at: when it was first seen so.
        sections: the entries of each section that could be read, by its name.
        unread: why a section could not be read, by its name.
    """

    practice: str
    number: int = 1
    seen_at: datetime
    sections: dict[str, Entries] = {}
    unread: dict[str, str] = {}

    @property
    def digest(self) -> str:
        """Equal for equal content, whatever the order of its keys."""
        content = {"sections": self.sections, "unread": self.unread}
        return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


class ProfileChange(Noun):
    """One difference between two profiles of a practice.

    Attributes:
        section: the part that differs.
        key: the entry in it; None when all of the part came or went.
        before: the entry as it was; None when it is new.
        after: the entry as it is; None when it is gone.
    """

    section: str
    key: str | None
    before: JsonValue = None
    after: JsonValue = None


def compare_profiles(before: Profile | None, after: Profile) -> tuple[ProfileChange, ...]:
    """The differences, by section and key; the first profile of a practice differs in nothing.

    A section that one of the two could not read is one difference, not one for each entry.
    """
    if before is None:
        return ()
    changes: list[ProfileChange] = []
    for name in sorted({*before.sections, *after.sections}):
        old, new = before.sections.get(name), after.sections.get(name)
        if old is None or new is None:
            told = (None if old is None else len(old), None if new is None else len(new))
            changes.append(ProfileChange(section=name, key=None, before=told[0], after=told[1]))
            continue
        changes += [
            ProfileChange(section=name, key=key, before=old.get(key), after=new.get(key))
            for key in sorted({*old, *new})
            if key not in old or key not in new or old[key] != new[key]
        ]
    return tuple(changes)
