"""What an import will do: a draft of every line of the table, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from automation.cli.practices.credentials import NAMES, missing, secrets_of
from automation.cli.practices.draft import SCHEDULE, TEXTS, Draft, DraftError, drafted
from automation.cli.practices.table import Row
from automation.errors import BadArgument, BadFile, NotKnown
from automation.model import Credential, Practice
from automation.store import Organizations

if TYPE_CHECKING:
    from automation.pipeline import Tools


@dataclass(frozen=True, slots=True)
class Known:
    """What is there already.

    Attributes:
        practices: by name.
        with_login: names of those whose login is known.
        organizations: their names.
    """

    practices: Mapping[str, Practice]
    with_login: frozenset[str]
    organizations: frozenset[str]


async def known(tools: Tools) -> Known:
    """What is there already."""
    practices = {each.name: each for each in await tools.store.practices()}
    password = Credential().password
    logins = [name for name in practices if await tools.store.get_sealed(name, password)]
    organizations = await Organizations(tools.store.database).all()
    return Known(practices, frozenset(logins), frozenset(each.name for each in organizations))


def drafts_of(
    tools: Tools, rows: Sequence[Row], known: Known, *, update: bool, shown: str
) -> list[Draft]:
    """A draft of every line.

    Raises:
        BadFile: lines are bad; each with its number and all that is wrong with it.
    """
    drafts: list[Draft] = []
    problems: list[str] = []
    seen: dict[str, int] = {}
    for row in rows:
        if row.problem:
            problems.append(f"line {row.line}: {row.problem}")
            continue
        name = row.cells["name"].strip()
        wrong = [f"the name stands in line {seen[name]}, too"] if name in seen else []
        seen.setdefault(name, row.line)
        if name in known.practices:
            wrong += _against(row, known, update=update)
        else:
            wrong += [f"{field}: missing" for field in missing(row.cells)]
        try:
            drafts.append(_draft(tools, row, known))
        except DraftError as problem:
            wrong += problem.advised
        if wrong:
            problems.append(f"line {row.line}: {', '.join(wrong)}")
    if problems:
        number = f"{len(problems)} of {len(rows)} lines cannot be used, nothing was kept"
        raise BadFile(shown, f"{number}; {'; '.join(problems)}")
    return drafts


def _against(row: Row, known: Known, *, update: bool) -> Iterator[str]:
    """What speaks against a line about a practice that is there."""
    name = row.cells["name"].strip()
    if not update:
        yield "the practice is there already; --update changes it"
    elif known.practices[name].portal != row.cells["portal"].strip():
        yield f"portal: it belongs to {known.practices[name].portal}, which does not change"
    elif name in known.with_login and any(row.cells.get(key) for key in NAMES):
        yield f"its login is there already; `vetportal practice rotate {name}` changes it"


def _draft(tools: Tools, row: Row, known: Known) -> Draft:
    """The practice of a line.

    Raises:
        DraftError: all that is wrong with it.
    """
    before = known.practices.get(row.cells["name"].strip())
    texts = {key: text for key, text in row.cells.items() if key in TEXTS and text.strip()}
    problems: list[tuple[str, str]] = []
    secrets = {}
    try:
        secrets = secrets_of({key: text for key, text in row.cells.items() if key in NAMES})
    except BadArgument as problem:
        problems.append(("totp", problem.message))
    owner = texts.get("organization", "").strip()
    if owner and owner not in known.organizations:
        problems.append(("organization", f"known are {', '.join(sorted(known.organizations))}"))
    try:
        portal = tools.catalog.portal(row.cells["portal"].strip())
        practice = drafted(texts, portal, now=tools.clock.now(), before=before)
    except (NotKnown, BadArgument):  # unknown, or a name that no folder has
        problems.append(("portal", f"known are {', '.join(tools.catalog.portals())}"))
    except DraftError as problem:
        problems += problem.problems
    else:
        if not problems:
            return Draft(practice, secrets, row.cells.get(SCHEDULE, "").strip())
    raise DraftError(problems)
