"""`vetportal drift`: what differs, where, since when; and what was decided about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.pipeline import Seen, Tools, keep_seen
from tests.cli.practices.scene import NORTH, moved_in, told
from tests.drift.runs import USED, answers, observed
from tests.journeys.world import Home

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
    assert told(home, "drift", "show") == {"findings": [], "baselines": []}
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
    told(home, "drift", "accept", one["id"])
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
        (("show", "--fail-on", "awful"), "'awful' is no severity"),
    ],
)
def test_what_makes_no_sense_is_refused(home: Home, words: tuple[str, ...], said: str) -> None:
    done = home.command("drift", *words)
    assert done.returncode == 2
    assert said in done.stderr


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
