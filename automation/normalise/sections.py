"""Items of an answer in, entries of a profile out."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from automation.errors import AnswerNotUnderstood
from automation.model import Answer, Entries, ProfileSection
from automation.normalise.canonical import canonical_item
from automation.normalise.paths import compile_path, gone_of, held_by, leading_keys
from automation.normalise.transforms import as_text


def read_section(name: str, section: ProfileSection, answer: Answer) -> Entries:
    """The entries of one section that an answer holds, by what identifies them.

    Raises:
        AnswerNotUnderstood: the list of entries is gone, an entry has no key, or two different
            entries have the same.
    """
    key = compile_path(section.key)
    entries: Entries = {}
    if section.each and (gone := gone_of(held_by(answer, section.of), leading_keys(section.each))):
        raise _not_understood(name, answer, f"{gone} is gone")
    for entry in _entries(section, answer):
        found = key(entry)
        if found is None or isinstance(found, (dict, list)):
            raise _not_understood(name, answer, f"{section.key} identifies no entry")
        kept = _kept(entry, section.ignore)
        if entries.setdefault(as_text(found), kept) != kept:
            raise _not_understood(name, answer, f"two different entries have one {section.key}")
    return entries


def _entries(section: ProfileSection, answer: Answer) -> Iterator[JsonValue]:
    held = held_by(answer, section.of)
    if section.each is None:
        yield from held
        return
    each = compile_path(section.each)
    for item in held:
        found = each(item)
        yield from found if isinstance(found, list) else () if found is None else (found,)


def _kept(entry: JsonValue, ignore: tuple[str, ...]) -> JsonValue:
    """An entry without what changes without meaning and what no database can keep."""
    if not isinstance(entry, dict):
        return entry
    kept, _ = canonical_item(entry)
    return {name: kept[name] for name in kept if name not in ignore}


def _not_understood(name: str, answer: Answer, problem: str) -> AnswerNotUnderstood:
    return AnswerNotUnderstood(
        f"{answer.endpoint}, page {answer.page}, section {name} of the profile: {problem}",
        remedy="Compare the answer with profile.yaml: the portal or the file is wrong.",
    )
