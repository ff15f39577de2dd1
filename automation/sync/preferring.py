"""Which of several ways to a kind of entity is taken: the preferred one, unless it is denied.

A mapping may stand in for another (`instead_of`): it is read in a run in which the user may not see
what the other one reads, and in no other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from automation.errors import BadFile
from automation.model import Mapping


def chosen_of(mappings: Iterable[Mapping], denied: Collection[str]) -> list[Mapping]:
    """The mappings that count, by the names of those that are not permitted."""
    mappings = tuple(mappings)
    replaced = {each.instead_of for each in mappings} & set(denied)
    return [
        each
        for each in mappings
        if each.mapping not in replaced and (each.instead_of is None or each.instead_of in replaced)
    ]


def refuse_misfits(mappings: Iterable[Mapping]) -> None:
    """See that each mapping which stands in for another one can.

    Raises:
        BadFile: there is no other one, it makes another kind, or is itself one that stands in.
    """
    mappings = tuple(mappings)
    known = {each.mapping: each for each in mappings}
    for each in mappings:
        if each.instead_of is None:
            continue
        other = known.get(each.instead_of)
        if other is None or other.entity != each.entity or other.instead_of is not None:
            fit = [o.mapping for o in mappings if o.entity == each.entity and o.instead_of is None]
            said = f"no mapping to stand in for; {each.entity}: {', '.join(fit) or 'none'}"
            raise BadFile(
                f"mappings/{each.mapping}.yaml", f"instead_of: {each.instead_of!r} is {said}"
            )
