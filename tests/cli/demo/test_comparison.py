"""Two practices beside each other, however much each has."""

from __future__ import annotations

from automation.cli.demo.comparison import Outcome, compared
from automation.model import Practice
from automation.pipeline import Synced
from automation.verify import Proof


def outcome(portal: str, login: str, entities: dict[str, int], *differing: str) -> Outcome:
    practice = Practice(name=f"north-{portal}", portal=portal, base_url="http://127.0.0.1:1")
    proof = Proof("list-pets", 40, 40, differing, 2.5, 0.25)
    first, second = Synced("r1", {}, {}, 3.0), Synced("r2", {}, {}, 1.0)
    origins = (("documented", 3), ("inferred", 1))
    return Outcome(practice, (proof,), first, second, entities, login, origins)


ONE = outcome("acme", "password; in a browser", {"patient": 12, "client": 0})
OTHER = outcome("zeta", "OAuth 2.0; and " + "many words " * 8, {"invoice": 7}, "a: 1, not 2")


def test_each_fact_is_one_line_with_a_column_for_each_practice() -> None:
    lines = list(compared([ONE, OTHER]))
    width = len("read by the browser")
    table = {line[:width].strip(): line[width:] for line in lines if line[:1].strip()}
    assert "north-acme" in table["practice"]
    assert "north-zeta" in table["practice"]
    assert "3 documented, 1 inferred" in table["asked in the sync"]
    assert table["read by replay"].count("equal") == 1
    assert "DIFFERENT" in table["read by replay"]
    assert [part for part in table["patients"].split() if part] == ["12", "-"]
    assert [part for part in table["invoices"].split() if part] == ["-", "7"]
    assert "clients" not in table


def test_a_long_text_is_wrapped_in_its_own_column() -> None:
    lines = list(compared([ONE, OTHER]))
    assert max(map(len, lines)) < 100
    assert sum("many words" in line for line in lines) > 1
    starts = {line.index("many") for line in lines if line.startswith(" ") and "many" in line}
    assert len(starts) == 1


def test_what_was_read_the_same_is_equal_and_what_was_not_is_not() -> None:
    assert (ONE.equal, OTHER.equal) == (True, False)
