"""`vetportal drift`: what differs, where, since when; and what was decided about it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from automation.catalog import Catalog
from automation.model import Heal, PatchLine
from automation.pipeline import Seen, Tools, keep_seen
from tests.cli.practices.scene import NORTH, moved_in, told
from tests.drift.runs import USED, answers, observed
from tests.fakes import START
from tests.journeys.world import FLOWS, PORTAL, Home

RULE = "net.body.field.gone"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home.new(tmp_path / "home")
    moved_in(found, NORTH)
    return found


def lost(document: dict[str, list[dict[str, object]]]) -> None:
    for row in document["rows"]:
        del row["name"]


def drifted(home: Home) -> None:
    async def scene(tools: Tools) -> None:
        for day in range(4):
            seen = observed(day, answers(lost)) if day == 3 else observed(day)
            await keep_seen(tools, NORTH, [Seen("pets", "pets", "replay", seen, USED)])

    home.work(scene)


def test_a_home_that_watched_nothing_says_so(home: Home) -> None:
    assert told(home, "drift", "show") == {"findings": [], "repairs": [], "baselines": []}
    assert "nothing was watched yet" in home.command("drift", "show").stdout
    assert told(home, "drift", "history") == {"events": []}


def test_a_finding_is_shown_accepted_and_told_again(home: Home) -> None:
    drifted(home)
    shown = told(home, "drift", "show")
    (one,) = [each for each in shown["findings"] if each["rule"] == RULE]
    assert (one["severity"], one["practices"], one["consumed"]) == ("breaking", ["north"], "read")
    (baseline,) = shown["baselines"]
    assert baseline["learning"]
    text = home.command("drift", "show", one["id"][:6]).stdout
    assert RULE in text
    assert "how sure: once" in text
    failing = home.command("drift", "show", "--fail-on", "breaking")
    assert failing.returncode == 6
    assert RULE in failing.stdout
    accepted = home.command("drift", "accept", one["id"])
    assert f"vetportal drift reject {one['id']}" in accepted.stdout
    left = told(home, "drift", "show")["findings"]
    assert RULE not in {each["rule"] for each in left}
    told(home, "drift", "reject", one["id"])
    happened = told(home, "drift", "history", one["id"])["events"]
    assert [each["what"] for each in happened] == ["rejected", "accepted", "opened"]
    assert {each["rule"] for each in happened} == {RULE}


@pytest.mark.parametrize(
    "words, said",
    [
        (("accept", "zz"), "no finding is named 'zz'"),
        (("reject", "zz"), "no finding is named 'zz'"),
        (("show", "zz"), "no finding or repair is named 'zz'"),
        (("history", "zz"), "no finding is named 'zz'"),
        (("show", "--fail-on", "awful"), "'awful' is no severity"),
    ],
)
def test_what_makes_no_sense_is_refused(home: Home, words: tuple[str, ...], said: str) -> None:
    done = home.command("drift", *words)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_repair_is_shown_whole_applied_and_taken_back(tmp_path: Path) -> None:
    """Also where no finding is behind it; its first digits are enough."""
    flows = shutil.copytree(FLOWS, tmp_path / "flows")
    home = Home.new(tmp_path / "home", flows=flows)
    moved_in(home, NORTH)
    before = Catalog(flows).mapping(PORTAL, "supplier")
    line = PatchLine(op="replace", path="/fields/code", before="VendorCode", after="Code")
    heal = Heal(
        portal=PORTAL,
        practice=NORTH.name,
        kind="mapping",
        file="mapping supplier",
        flow="list-suppliers",
        patch=(line,),
        proof=("VendorCode is Code: 9 of 9 items have the same value there",),
        at=START,
    )

    async def scene(tools: Tools) -> None:
        await tools.heals.propose(heal)

    home.work(scene)
    assert f"repair {heal.id} of mapping supplier: proposed" in home.command("drift", "show").stdout
    shown = home.command("drift", "show", heal.id[:6]).stdout
    for said in ('- "VendorCode"', '+ "Code"', "9 of 9 items", f"drift accept {heal.id}"):
        assert said in shown
    accepted = home.command("drift", "accept", heal.id[:6]).stdout
    assert f"take it back with: vetportal drift reject {heal.id}" in accepted
    assert Catalog(flows).mapping(PORTAL, "supplier").fields["code"].path == "Code"
    assert "reverted" in home.command("drift", "reject", heal.id).stdout
    assert heal.id not in home.command("drift", "show").stdout
    assert (
        f"repair {heal.id} of mapping supplier: reverted"
        in home.command("drift", "show", "--all").stdout
    )
    assert Catalog(flows).mapping(PORTAL, "supplier") == before


def test_a_report_is_a_page_of_its_own(home: Home, tmp_path: Path) -> None:
    drifted(home)
    file = tmp_path / "report.html"
    done = home.command("drift", "report", "--out", str(file))
    assert done.stdout == f"written: {file}\n"
    page = file.read_text()
    assert "a field is gone from the answer" in page
    assert home.command("drift", "report", "--out", "-").stdout.count("</html>") == 1
    assert home.command("drift", "report", "nothing").returncode == 2
    nowhere = home.command("drift", "report", "--out", str(tmp_path / "none" / "x.html"))
    assert nowhere.returncode == 2
    assert "cannot be written" in nowhere.stderr
