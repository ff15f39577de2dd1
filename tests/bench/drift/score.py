"""Holds what was told of a change against what ought to be told, and adds it up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from automation.model import Finding, Severity

LOUD: Final = frozenset({Severity.BREAKING, Severity.RISKY})
_RANK: Final = {Severity.COSMETIC: 0, Severity.RISKY: 1, Severity.BREAKING: 2}


@dataclass(frozen=True)
class Heal:
    """A control that has to be found again.

    Attributes:
        page: where it is.
        control: where it was, as a selector.
        now: where it is.
        action: what is done with it.
    """

    page: str
    control: str
    now: str
    action: str


@dataclass(frozen=True)
class Expected:
    """What ought to be told of one mutation, as the simulator says it.

    Attributes:
        name: of the mutation.
        rules: those that have to tell of it.
        used: how bad it is where what changed is used.
        unused: the same where nothing is used; None where there is nothing to say then.
        also: rules that may tell of it, too.
        environment: it is trouble and no change.
        runs: after how many runs it has to be told where nothing is used.
        wire: reading shows it; else it takes a page.
        front: reading shows it where the portal's own pages read.
        flow: whose pages show it.
        silent: nothing is to be told.
        touches: the parts of answers that it changes; "*" for more than a part.
        heal: the control that is to be found again, or with another name of the mutation is gone.
    """

    name: str
    rules: tuple[str, ...] = ()
    used: str = ""
    unused: str | None = None
    also: frozenset[str] = frozenset()
    environment: bool = False
    runs: int = 1
    wire: bool = False
    front: bool = False
    flow: str = "list-pets"
    silent: bool = False
    touches: tuple[str, ...] = ()
    heal: Heal | None = None

    @classmethod
    def of(cls, facts: dict[str, Any]) -> Expected:
        """Read the facts of one mutation."""
        name: str = facts["name"]
        silent = bool(facts.get("silent")) or "heal" in facts
        unused = facts.get("unused", "cosmetic")
        return cls(
            name=name,
            rules=() if silent else tuple(facts.get("rules", [name.partition("#")[0]])),
            used=facts.get("used", ""),
            unused=None if unused == "-" else unused,
            also=frozenset(facts.get("also", [])),
            environment=facts.get("origin") == "environment",
            runs=facts.get("runs", 1),
            wire=facts.get("seen") == "wire",
            front=bool(facts.get("front")),
            flow=facts.get("flow", "list-pets"),
            silent=silent,
            touches=tuple(facts["touches"]),
            heal=Heal(**facts["heal"]) if "heal" in facts else None,
        )


@dataclass(frozen=True)
class Outcome:
    """What was told of one mutation, in one of both ways.

    Attributes:
        expected: what ought to be.
        used: whether what changed is used.
        told: the findings.
    """

    expected: Expected
    used: bool
    told: tuple[Finding, ...]

    @property
    def severity(self) -> str:
        """What ought to be told."""
        return self.expected.used if self.used else self.expected.unused or ""

    def found(self, rule: str) -> list[Finding]:
        """The findings of one rule."""
        return [one for one in self.told if one.rule == rule]

    def right(self, rule: str) -> bool:
        """Whether a rule that spoke said how bad it is."""
        worst = max(self.found(rule), key=lambda one: _RANK[one.severity])
        environment = any(one.origin == "environment" for one in self.found(rule))
        return worst.severity == self.severity and environment == self.expected.environment

    @property
    def alarms(self) -> list[Finding]:
        """What is loud and has nothing to do with it."""
        fine = {*self.expected.rules, *self.expected.also}
        return [one for one in self.told if one.severity in LOUD and one.rule not in fine]


@dataclass
class Row:
    """The figures of one rule."""

    wanted: int = 0
    recalled: int = 0
    right: int = 0
    false: int = 0

    def add(self, other: Row) -> None:
        """Take in the figures of another."""
        self.wanted += other.wanted
        self.recalled += other.recalled
        self.right += other.right
        self.false += other.false


@dataclass
class Table:
    """The figures of all rules.

    Attributes:
        rows: by rule.
        faults: what went wrong, in words.
    """

    rows: dict[str, Row] = field(default_factory=lambda: defaultdict(Row))
    faults: list[str] = field(default_factory=list)

    def count(self, outcome: Outcome) -> None:
        """Add one outcome."""
        way = "used" if outcome.used else "unused"
        for rule in outcome.expected.rules:
            row = self.rows[rule]
            row.wanted += 1
            if not outcome.found(rule):
                self.faults.append(f"{outcome.expected.name}, {way}: missed; {_said(outcome)}")
                continue
            row.recalled += 1
            row.right += outcome.right(rule)
            if not outcome.right(rule):
                told = f"{outcome.severity} expected; {_said(outcome)}"
                self.faults.append(f"{outcome.expected.name}, {way}: {told}")
        for alarm in outcome.alarms:
            self.rows[alarm.rule].false += 1
            self.faults.append(
                f"{outcome.expected.name}, {way}: "
                f"false {alarm.severity} {alarm.rule} {alarm.subject}"
            )

    @property
    def total(self) -> Row:
        """All rules together."""
        total = Row()
        for row in self.rows.values():
            total.add(row)
        return total

    def families(self) -> dict[str, Row]:
        """The figures by family: ``net.body``, ``dom.form``."""
        found: dict[str, Row] = defaultdict(Row)
        for rule, row in self.rows.items():
            found[".".join(rule.split(".")[:2])].add(row)
        return dict(sorted(found.items()))

    def lines(self, rows: Iterable[tuple[str, Row]]) -> list[str]:
        """The figures as text."""
        return [
            f"{'':28}  told of  severity right  false alarms",
            *(
                f"{name:28}  {row.recalled:3}/{row.wanted:3}  {row.right:6}/{row.recalled:3}"
                f"  {row.false:14}"
                for name, row in rows
            ),
        ]


def _said(outcome: Outcome) -> str:
    return f"told: {spoken(outcome.told)}"


def spoken(told: Sequence[Finding]) -> str:
    """Findings in a few words."""
    return ", ".join(f"{one.rule} {one.severity}" for one in told) or "nothing"
