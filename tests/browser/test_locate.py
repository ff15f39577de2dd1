"""The element that is meant is found, and no other one is taken for it."""

from __future__ import annotations

import pytest

from automation.browser import Deed, Located, Missing, Tab, locate
from automation.browser.scripts import describing
from automation.model import Fingerprint, Target
from tests.browser.site import Site
from tests.browser.workshop import Workshop

CLICK = Deed("click")
SAVE = Target(role="button", name="Save", id="save", text="Save", css="form > button.main")


def find(
    running: Workshop, site: Site, html: str, target: Target, **how: object
) -> tuple[Located | Missing, str | None]:
    """What is found in this page, and its data-i."""
    site.pages["/"] = html

    async def look(tab: Tab) -> tuple[Located | Missing, str | None]:
        await tab.goto(f"{site.url}/")
        found = await locate(tab, target, **how)  # type: ignore[arg-type]  # keywords of locate
        mark = await found.element.get_attribute("data-i") if isinstance(found, Located) else None
        return found, mark

    return running.run(site.url, look)


def test_the_cheapest_locator_wins_when_it_is_unique(running: Workshop, site: Site) -> None:
    html = "<button data-i=1>Save</button><button data-i=2 id=save>Other</button>"
    found, mark = find(running, site, html, SAVE)
    assert isinstance(found, Located)
    assert found.locator is not None
    assert (mark, found.locator.kind, found.healed) == ("1", "role", False)


def test_an_element_that_comes_late_is_waited_for(running: Workshop, site: Site) -> None:
    html = """<form><button data-i=2 id=save class=main>Wait</button></form><script>
        setTimeout(() => document.body.insertAdjacentHTML(
            "beforeend", "<button data-i=1>Save</button>"), 300)</script>"""
    found, mark = find(running, site, html, SAVE)
    assert isinstance(found, Located)
    assert (mark, found.healed) == ("1", False)


def test_hidden_twins_do_not_make_an_element_ambiguous(running: Workshop, site: Site) -> None:
    html = "<button hidden>Save</button><button data-i=1>Save</button>"
    assert find(running, site, html, SAVE)[1] == "1"


def test_a_renamed_element_is_found_when_independent_evidence_agrees(
    running: Workshop, site: Site
) -> None:
    html = "<form><button data-i=1 id=save class=main>Keep</button></form>"
    found, mark = find(running, site, html, SAVE)
    assert isinstance(found, Located)
    assert found.locator is not None
    assert (mark, found.locator.kind, found.healed) == ("1", "id", True)


def test_of_two_with_the_same_name_other_evidence_picks_one(running: Workshop, site: Site) -> None:
    html = "<button data-i=1>Save</button><button data-i=2 id=save>Save</button>"
    found, mark = find(running, site, html, SAVE)
    assert isinstance(found, Located)
    assert (mark, found.healed) == ("2", True)


def test_a_text_inside_the_element_agrees_with_it(running: Workshop, site: Site) -> None:
    target = Target(role="button", name="Gone", id="save", text="Save")
    html = "<button data-i=1 id=save><i>x</i> <span>Save</span></button>"
    found, mark = find(running, site, html, target)
    assert isinstance(found, Located)
    assert (mark, found.healed) == ("1", True)


@pytest.mark.parametrize(
    "html",
    [
        "<button id=save>Keep</button>",
        "<form><button class=main>Keep</button></form><button id=save>Keep</button>",
        "<button>Save</button><button>Save</button>",
        "",
    ],
    ids=["one kind of evidence", "evidence that disagrees", "two of them", "nothing"],
)
def test_without_agreement_nothing_is_found_and_each_locator_says_what_it_matched(
    running: Workshop, site: Site, html: str
) -> None:
    found, _ = find(running, site, html, SAVE)
    assert isinstance(found, Missing)
    assert len(found.tried) == len(SAVE.locators())
    assert found.tried[0].startswith("role 'button' 'Save' matched ")


def test_two_locators_of_one_kind_of_evidence_do_not_agree(running: Workshop, site: Site) -> None:
    target = Target(role="textbox", name="Code", css="form input", xpath="//form/input")
    html = "<form><input aria-label=Email></form>"
    found, _ = find(running, site, html, target)
    assert isinstance(found, Missing)


def test_a_role_without_a_name_agrees_with_nothing(running: Workshop, site: Site) -> None:
    target = Target(placeholder="Code", role="textbox", css="form input")
    found, _ = find(running, site, "<form><input aria-label=Email></form>", target)
    assert isinstance(found, Missing)


TOOLBAR = """<div><h2>Patient</h2><span>Owner</span>
  <button id=keep class="btn main" type=button {mark}>{label}</button>
  <button class="btn" type=button>Print the whole chart</button>
</div>"""


def remembered(running: Workshop, site: Site, target: Target) -> Target:
    """The target as recorded: with the fingerprint of the element in the page of then."""
    site.pages["/"] = TOOLBAR.format(mark="", label="Save patient")
    script = describing("return description;")

    async def look(tab: Tab) -> object:
        await tab.goto(f"{site.url}/")
        return await tab.evaluate(
            f"() => {script}.describe(document.querySelector('button')).fingerprint"
        )

    fingerprint = Fingerprint.model_validate(running.run(site.url, look))
    return target.model_copy(update={"fingerprint": fingerprint})


def test_an_element_without_any_locator_left_is_healed_by_its_looks(
    running: Workshop, site: Site
) -> None:
    target = remembered(running, site, Target(role="button", name="Save patient"))
    html = TOOLBAR.format(mark="data-i=1", label="Save")
    found, mark = find(running, site, html, target, deed=CLICK)
    assert isinstance(found, Located)
    assert (mark, found.locator, found.healed) == ("1", None, True)


@pytest.mark.parametrize(
    "html, deed",
    [
        (TOOLBAR.format(mark="data-i=1", label="Save") * 2, Deed("click")),
        (TOOLBAR.partition("<button")[0] + "<button>Print the whole chart</button>", Deed("click")),
        (TOOLBAR.format(mark="", label="Delete patient"), Deed("click")),
        (TOOLBAR.format(mark="", label="Save"), Deed("click", writes=True)),
        (TOOLBAR.format(mark="", label="Save"), Deed("click", login=True)),
        (TOOLBAR.format(mark="", label="Save").replace("=button", "=submit"), Deed("click")),
    ],
    ids=["twins", "gone", "another meaning", "a flow that writes", "a login", "a form is sent"],
)
def test_what_a_person_has_to_allow_and_what_is_gone_is_not_healed(
    running: Workshop, site: Site, html: str, deed: Deed
) -> None:
    target = remembered(running, site, Target(role="button", name="Save patient"))
    found, _ = find(running, site, html, target, deed=deed)
    assert isinstance(found, Missing)


def test_looks_decide_nothing_where_absence_is_an_answer(running: Workshop, site: Site) -> None:
    target = remembered(running, site, Target(role="button", name="Save patient"))
    html = TOOLBAR.format(mark="data-i=1", label="Save")
    found, _ = find(running, site, html, target, seconds=0)
    assert isinstance(found, Missing)


def test_an_element_in_a_frame_in_a_frame_is_found_there_only(
    running: Workshop, site: Site
) -> None:
    site.pages["/inner"] = "<button data-i=3>Save</button>"
    site.pages["/outer"] = "<button data-i=2>Save</button><iframe name=in src=/inner></iframe>"
    html = "<button data-i=1>Save</button><iframe id=out src=/outer></iframe>"
    target = SAVE.model_copy(update={"frame": ("#out", "iframe[name=in]")})
    assert find(running, site, html, target)[1] == "3"


def test_a_frame_that_is_not_there_holds_nothing(running: Workshop, site: Site) -> None:
    target = SAVE.model_copy(update={"frame": ("#out",)})
    found, _ = find(running, site, "<button>Save</button>", target, seconds=0)
    assert isinstance(found, Missing)


def test_a_selector_that_is_none_matches_nothing(running: Workshop, site: Site) -> None:
    found, _ = find(running, site, "<p>Here</p>", Target(css="p::("), seconds=0)
    assert isinstance(found, Missing)
    assert found.tried == ("css 'p::(' matched nothing",)


def test_a_target_without_locators_is_missing(running: Workshop, site: Site) -> None:
    found, _ = find(running, site, "<p>Here</p>", Target(), seconds=0)
    assert found == Missing(())


LEAVING = """<script>
    const left = Number(sessionStorage.left ?? 41);
    sessionStorage.left = left - 1;
    if (left > 0) setTimeout(() => location.reload(), left > 40 ? 300 : 60);
</script>"""


def test_a_page_that_leaves_while_it_is_looked_at_ends_nothing(
    running: Workshop, site: Site
) -> None:
    looks = Fingerprint(tag="button", attributes={"title": "Print"}, neighbours=("Print it",))
    html = "<button>Other</button>" * 9 + LEAVING
    found, _ = find(running, site, html, Target(fingerprint=looks), seconds=4, deed=CLICK)
    assert isinstance(found, Missing)


MENU = "<nav><h2>Tools</h2><a href='/site'>View site</a> / {rest}</nav>"
PASSWORD = "<a {mark} href='/pass'>Change password</a>"


@pytest.mark.parametrize("kept", [True, False], ids=["renamed", "gone"])
def test_a_neighbour_that_moved_into_the_place_of_a_control_is_not_taken_for_it(
    running: Workshop, site: Site, *, kept: bool
) -> None:
    """What is before it and where it stands agree, and know nothing of what it is."""
    target = Target(
        role="link",
        name="View site",
        near="a|Tools",
        css="nav > a:nth-of-type(1)",
        fingerprint=Fingerprint(tag="a", text="View site", attributes={"href": "/site"}),
    )
    html = MENU.format(rest=PASSWORD.format(mark=""))
    html = html.replace("View site", "View the site") if kept else html
    if kept:
        html = html.replace("<a href='/site'>", "<a data-i=1 href='/site'>")
    else:
        html = html.replace("<a href='/site'>View site</a> / ", "")
    found, mark = find(running, site, html, target, seconds=0)
    assert isinstance(found, Located if kept else Missing)
    assert mark == ("1" if kept else None)
