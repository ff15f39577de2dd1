"""A flow is played step by step, and what stops it is said without a secret."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from typing import get_args

import pytest
from typing_extensions import override

from automation.browser import PERFORMERS, Found, Tab, play_flow
from automation.errors import NotKnown, PortalDown, Refused, StepNotPossible, Throttled, Unready
from automation.model import (
    Check,
    Click,
    Expect,
    Fill,
    Goto,
    Hover,
    Press,
    Scroll,
    Secret,
    Select,
    Step,
    Target,
    Upload,
    When,
)
from tests.browser.site import Asked, Browser, Given, Served, Site, as_json, flow_of, redirect
from tests.browser.workshop import Workshop

LOGIN = """<form method=post action=/LogOn>
<label>Email <input name=u></label><label>Password <input type=password name=p></label>
<button>Sign in</button></form>"""
CODE = """<form method=post action=/Code><label>Code <input name=c autocomplete=one-time-code>
</label><button>Verify</button></form>"""
HOME = "<h1>Home</h1><a href=/North>North</a><a href=/South>South</a>"
CREDENTIALS: dict[str, str | Secret] = {
    "credential.username": Secret("ann@acme.example"),
    "credential.password": Secret("p4ssw0rd!"),
    "totp": Secret("123456"),
    "practice.label": "North",
}
TYPE_EMAIL = Fill(target=Target(label="Email"), value="{{ credential.username }}")
TYPE_PASSWORD = Fill(target=Target(label="Password"), value="{{ credential.password }}")
TYPE_CODE = Fill(target=Target(label="Code"), value="{{ totp }}")
SIGN_IN = (
    Goto(url="/LogOn?ReturnUrl=%2FHome"),
    TYPE_EMAIL,
    TYPE_PASSWORD,
    Click(target=Target(role="button", name="Sign in")),
    When(
        target=Target(label="Code"),
        steps=(TYPE_CODE, Press(key="Enter"), Expect(url="/Home**")),
    ),
    Click(target=Target(role="link", name="{{ practice.label }}")),
    Expect(url="/North", target=Target(role="heading", name="The north")),
)


def portal(site: Site, *, asks_code: bool) -> None:
    site.pages |= {
        "/LogOn": lambda asked: (
            redirect("/Code" if asks_code else "/Home") if asked.body else LOGIN
        ),
        "/Code": lambda asked: redirect("/Home?first=1") if asked.body else CODE,
        "/Home": HOME,
        "/North": "<h1>The north</h1>",
    }


@dataclass
class Watching:
    """Writes down what a watcher is told."""

    told: list[str] = field(default_factory=list)

    def step_started(self, path: str, step: Step) -> None:
        self.told.append(f"{path} {step.kind}")

    async def step_settled(self, path: str, _step: Step, _tab: Tab) -> None:
        self.told.append(f"{path} settled")


def play(
    running: Workshop, site: Site, *steps: Step, values: Given | None = None
) -> tuple[tuple[Found, ...], str | None]:
    """How the elements were found, and the heading of the last page."""

    async def work(tab: Tab) -> tuple[tuple[Found, ...], str | None]:
        found = await play_flow(flow_of(*steps), tab, values or Given(), base_url=site.url)
        return found, await tab.text_of("h1")

    return running.run(site.url, work)


def test_each_kind_of_step_has_its_performer() -> None:
    assert set(PERFORMERS) == set(get_args(get_args(Step)[0]))


@pytest.mark.parametrize("asks_code", [True, False])
def test_a_login_is_played_with_and_without_a_code(
    running: Workshop, site: Site, asks_code: bool
) -> None:
    portal(site, asks_code=asks_code)
    values = Given(dict(CREDENTIALS))
    found, heading = play(running, site, *SIGN_IN, values=values)
    assert heading == "The north"
    assert values.asked.count("totp") == asks_code
    posted = [each.body.decode() for each in site.asked if each.method == "POST"]
    assert posted[0] == "u=ann%40acme.example&p=p4ssw0rd%21"
    assert posted[1:] == (["c=123456"] if asks_code else [])
    assert {each.healed for each in found} == {False}


def test_the_watcher_is_told_of_each_step_by_its_path(running: Workshop, site: Site) -> None:
    portal(site, asks_code=True)
    watching = Watching()

    async def work(tab: Tab) -> None:
        flow = flow_of(*SIGN_IN)
        await play_flow(flow, tab, Given(dict(CREDENTIALS)), base_url=site.url, watcher=watching)

    running.run(site.url, work)
    paths = ["1 goto", "2 fill", "3 fill", "4 click", "5 when", "5.1 fill", "5.2 press"]
    paths += ["5.3 expect", "6 click", "7 expect"]
    assert [told for told in watching.told if "settled" not in told] == paths
    assert watching.told[6:9] == ["4 click", "4 settled", "5 when"]
    assert "5 settled" not in watching.told


def test_a_one_time_code_is_asked_for_when_its_field_is_there_and_not_before(
    running: Workshop, site: Site
) -> None:
    portal(site, asks_code=True)
    asked_at: list[tuple[str, int]] = []

    class Telling(Given):
        @override
        async def resolve(self, name: str) -> str | Secret:
            asked_at.append((name, len(site.asked)))
            return await super().resolve(name)

    play(running, site, *SIGN_IN, values=Telling(dict(CREDENTIALS)))
    (at,) = [when for name, when in asked_at if name == "totp"]
    assert site.paths[:at].count("/Code") == 1


def test_a_code_is_asked_for_once_even_if_its_field_is_redrawn_under_the_hand(
    running: Workshop, site: Site
) -> None:
    portal(site, asks_code=True)

    class Redrawing(Given):
        tab: Tab

        @override
        async def resolve(self, name: str) -> str | Secret:
            if name == "totp":
                await self.tab.evaluate("() => { document.body.innerHTML += '' }")
            return await super().resolve(name)

    async def work(tab: Tab) -> list[str]:
        values = Redrawing(dict(CREDENTIALS))
        values.tab = tab
        await play_flow(flow_of(*SIGN_IN), tab, values, base_url=site.url)
        return values.asked

    assert running.run(site.url, work).count("totp") == 1
    assert [each.body for each in site.asked if each.path == "/Code" and each.body] == [b"c=123456"]


FORM = """<h1></h1>
<select aria-label=Species><option>Cat<option>Dog</select>
<label><input type=checkbox> Active</label><input type=file aria-label=Card hidden>
<div class=menu onmouseenter="more.hidden = false">Menu <b id=more hidden>More</b></div>
<button ondblclick="h.append(' twice')">Twice</button>
<div style="height: 4000px"></div>
<script>
  const h = document.querySelector("h1");
  addEventListener("change", event => h.append(" " + (event.target.value || "")), true);
  addEventListener("scroll", () => { if (scrollY > 1000) h.append(" scrolled") }, {once: true});
  addEventListener("keydown", event => h.append(" " + event.key));
</script>"""


def test_each_acting_step_acts(running: Workshop, site: Site, tmp_path: object) -> None:
    site.pages["/"] = FORM
    card = f"{tmp_path}/card.txt"
    with open(card, "w", encoding="utf-8") as written:  # noqa: PTH123 - a text for the browser
        written.write("card")
    _, heading = play(
        running,
        site,
        Goto(url="/"),
        Select(target=Target(label="Species"), option="{{ input.species }}"),
        Check(target=Target(role="checkbox", name="Active")),
        Upload(target=Target(label="Card"), file="{{ input.card }}"),
        Hover(target=Target(css=".menu")),
        Expect(target=Target(text="More")),
        Click(target=Target(role="button", name="Twice"), count=2),
        Press(key="Escape"),
        Scroll(),
        values=Given({"input.species": "Dog", "input.card": card}),
    )
    assert heading == "Dog on C:\\fakepath\\card.txt twice Escape scrolled"


def test_a_file_of_which_only_the_name_was_recorded_is_stood_for(
    running: Workshop, site: Site
) -> None:
    site.pages["/"] = """
<input type="file" aria-label="Card" onchange="this.files[0].text().then(
  text => document.querySelector('h1').textContent = this.files[0].type + ' ' + text)"><h1></h1>"""
    upload = Upload(target=Target(label="Card"), file="card-7.pdf")
    told = Expect(target=Target(text="application/pdf card-7.pdf"))
    _, heading = play(running, site, Goto(url="/"), upload, told)
    assert heading == "application/pdf card-7.pdf"


def test_an_element_that_is_redrawn_under_the_hand_is_found_again(
    running: Workshop, site: Site
) -> None:
    site.pages["/"] = """<h1></h1><div></div><script>
      let left = 20;
      const draw = () => {
        document.querySelector("div").innerHTML =
          "<button style='margin-left:" + left + "px' onclick=\\"" +
          "document.querySelector('h1').append('done')\\">Go</button>";
        if (left--) setTimeout(draw, 30);
      };
      draw();
    </script>"""
    click = Click(target=Target(role="button", name="Go"))
    assert play(running, site, Goto(url="/"), click)[1] == "done"


def test_data_that_comes_by_xhr_is_waited_for(running: Workshop, site: Site) -> None:
    site.pages |= {
        "/": """<ul></ul><h1></h1><script>setTimeout(async () => {
            const rows = await (await fetch("/rows")).json();
            document.querySelector("ul").innerHTML =
              rows.map(row => `<li><a href='#${row}'>${row}</a></li>`).join("");
            onhashchange = () => document.querySelector("h1").append(location.hash);
        }, 400)</script>""",
        "/rows": as_json(["Bella", "Max"]),
    }
    click = Click(target=Target(role="link", name="Max"))
    assert play(running, site, Goto(url="/"), click)[1] == "#Max"


def test_a_missing_element_names_flow_step_and_what_each_locator_matched(
    running: Workshop, site: Site
) -> None:
    site.pages["/"] = "<button>Other</button>"
    click = Click(target=Target(role="button", name="Save", css="button"))
    with pytest.raises(StepNotPossible) as caught:
        play(running, site, Goto(url="/"), click)
    assert caught.value.message == (
        'flow try-it, step 2: button "Save" was not found '
        "(role 'button' 'Save' matched nothing; css 'button' matched 1)"
    )


@pytest.mark.parametrize(
    "html, step, why",
    [
        ("<button disabled>Go</button>", "click", "it is disabled"),
        ("<button>Go</button><p style='position:fixed;inset:0'></p>", "click", "something lies"),
        ("<input aria-label=Go readonly>", "fill", "it cannot be edited"),
        ("<button>Go</button>", "fill", "it is no text field"),
        ("<select aria-label=Go></select>", "select", "it has no such option"),
        ("<button>Go</button>", "check", "it is no checkbox"),
    ],
)
def test_an_element_that_cannot_be_used_says_why_and_no_secret(
    running: Workshop, site: Site, html: str, step: str, why: str
) -> None:
    site.pages["/"] = html
    target = Target(role="button", name="Go") if "button" in html else Target(label="Go")
    made: dict[str, Step] = {
        "click": Click(target=target),
        "fill": Fill(target=target, value="{{ credential.password }}"),
        "select": Select(target=target, option="Dog"),
        "check": Check(target=target),
    }
    with pytest.raises(StepNotPossible, match=f"found, but {why}") as caught:
        play(running, site, Goto(url="/"), made[step], values=Given(dict(CREDENTIALS)))
    shown = "".join(traceback.format_exception(caught.value))
    assert "p4ssw0rd" not in shown
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_an_address_that_is_not_reached_says_where_the_page_is(
    running: Workshop, site: Site
) -> None:
    site.pages["/LogOn"] = LOGIN
    with pytest.raises(StepNotPossible, match=r"address /Home/\*\* .*the page is at .*/LogOn\)"):
        play(running, site, Goto(url="/LogOn?token=s3cret"), Expect(url="/Home/**"))


def test_a_page_that_never_shows_what_is_expected_stops_the_flow(
    running: Workshop, site: Site
) -> None:
    site.pages["/"] = "<h1>Here</h1>"
    with pytest.raises(StepNotPossible, match='step 2: heading "There"'):
        play(running, site, Goto(url="/"), Expect(target=Target(role="heading", name="There")))


def test_a_click_that_meets_a_server_error_means_the_portal_is_down(
    running: Workshop, site: Site
) -> None:
    site.pages |= {"/": "<a href=/broken>Go</a>", "/broken": Served("oops", status=502)}
    click = Click(target=Target(role="link", name="Go"))
    with pytest.raises(PortalDown, match="/broken answered with status 502"):
        play(running, site, Goto(url="/"), click)


def test_a_click_that_loses_the_connection_means_the_portal_is_down(
    running: Workshop, site: Site
) -> None:
    site.pages |= {"/": "<a href=/dropped>Go</a>", "/dropped": Served(status=0)}
    click = Click(target=Target(role="link", name="Go"))
    with pytest.raises(PortalDown, match=r"/dropped did not answer \(ERR_EMPTY_RESPONSE\)"):
        play(running, site, Goto(url="/"), click)


def test_a_click_that_is_throttled_says_for_how_long(running: Workshop, site: Site) -> None:
    slower = Served("slower", status=429, headers=[("Retry-After", "3")])
    site.pages |= {"/": "<a href=/much>Go</a>", "/much": slower}
    with pytest.raises(Throttled) as caught:
        play(running, site, Goto(url="/"), Click(target=Target(role="link", name="Go")))
    assert caught.value.retry_after == 3


def test_a_click_that_leads_to_a_foreign_host_is_refused(chromium: Browser, site: Site) -> None:
    site.pages["/"] = f"<a href={site.elsewhere}/out>Go</a>"

    async def work(tab: Tab) -> None:
        click = Click(target=Target(role="link", name="Go"))
        await play_flow(flow_of(Goto(url="/"), click), tab, Given(), base_url=site.url)

    with pytest.raises(Refused, match="localhost"):
        chromium.run(site.url, work)
    assert "/out" not in site.paths


def test_a_value_that_nobody_has_stops_the_flow_before_the_step(
    running: Workshop, site: Site
) -> None:
    site.pages["/"] = "<input aria-label=Name>"
    fill = Fill(target=Target(label="Name"), value="{{ input.name }}")
    with pytest.raises(NotKnown, match="input.name"):
        play(running, site, Goto(url="/"), fill)


def test_a_browser_that_ends_in_the_middle_is_a_matter_of_the_machine(
    chromium: Browser, site: Site
) -> None:
    site.pages["/"] = "<button>Go</button>"

    class Ending(Given):
        @override
        async def resolve(self, name: str) -> str | Secret:
            assert name == "x"
            assert self.tab.context.browser is not None
            await self.tab.context.browser.close()
            return "text"

        tab: Tab

    async def work(tab: Tab) -> None:
        values = Ending()
        values.tab = tab
        fill = Fill(target=Target(role="button", name="Go"), value="{{ x }}")
        await play_flow(flow_of(Goto(url="/"), fill), tab, values, base_url=site.url)

    with pytest.raises(Unready, match="the browser ended in step 2"):
        chromium.run(site.url, work)


def test_what_a_renamed_portal_needed_is_told(running: Workshop, site: Site) -> None:
    site.pages["/"] = "<form><button id=go onclick='return false'>New name</button></form>"
    click = Click(target=Target(role="button", name="Go", id="go", css="form > button"))
    (found,), _ = play(running, site, Goto(url="/"), click)
    assert found.by is not None
    assert (found.step, found.by.kind, found.healed) == ("2", "id", True)


def test_debounced_reactions_to_typing_meet_real_keys(running: Workshop, site: Site) -> None:
    def found(asked: Asked) -> Served:
        return as_json(asked.query)

    site.pages |= {
        "/": """<h1></h1><input aria-label=Find><script>
          let waiting;
          const find = async text => {
            const found = await fetch("/find?q=" + text);
            document.querySelector("h1").textContent = await found.json();
          };
          document.querySelector("input").onkeyup = event => {
            clearTimeout(waiting);
            waiting = setTimeout(find, 60, event.target.value);
          }</script>""",
        "/find": found,
    }
    fill = Fill(target=Target(label="Find"), value="be")
    assert play(running, site, Goto(url="/"), fill)[1] == "q=be"
