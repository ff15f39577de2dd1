from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

import pytest

from automation.browser import (
    Action,
    Answered,
    BrowserProfile,
    Caused,
    FoundBrowser,
    LogEntry,
    Opened,
    Tab,
    record_actions,
    until_closed,
)
from automation.model import Signal
from tests.browser.hands import Hands
from tests.browser.site import Served, Site, as_json
from tests.browser.workshop import Workshop, workshop

_A_FRAME = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
Work = Callable[[Tab, Hands], Awaitable[None]]


@pytest.fixture(scope="module")
def chromium(browser_profile: BrowserProfile, found_browser: FoundBrowser) -> Iterator[Workshop]:
    with workshop(browser_profile, found_browser) as running:
        yield running


def heard(chromium: Workshop, site: Site, html: str, work: Work) -> list[LogEntry]:
    """The log of what is done on a page, without the opening of the page itself."""
    site.pages["/"] = html

    async def record(tab: Tab) -> list[LogEntry]:
        async with record_actions(tab) as recording:
            await tab.page.goto(site.url)
            await work(tab, Hands(tab.page))
            await recording.finish()
        return recording.log[1:]

    return chromium.run(site.url, record)


def actions(log: list[LogEntry]) -> list[Action]:
    return [entry for entry in log if isinstance(entry, Action)]


def short(log: list[LogEntry]) -> list[tuple[str, str]]:
    """Kind and text of each action."""
    return [
        (entry.kind, entry.value.reveal() if entry.value else entry.key) for entry in actions(log)
    ]


def named(action: Action) -> tuple[str, str | None]:
    """Role and name of what was acted on."""
    assert action.element is not None
    return next((e.value, e.name) for e in action.element.candidates if e.kind == "role")


# -------------------------------------------------------------------- texts and keys


def test_the_keys_of_a_text_are_told_once_and_before_the_key_that_submits_it(
    chromium: Workshop, site: Site
) -> None:
    async def work(_tab: Tab, hands: Hands) -> None:
        await hands.type("#q", "bel")
        await hands.page.keyboard.type("la")
        await hands.press("Enter")

    html = "<form onsubmit='return false'><input id=q><button>Go</button></form>"
    assert short(heard(chromium, site, html, work)) == [
        ("click", ""),
        ("fill", "bella"),
        ("press", "Enter"),
    ]


def test_a_text_is_told_when_the_field_is_left_and_the_key_that_leaves_it_is_not(
    chromium: Workshop, site: Site
) -> None:
    async def work(_tab: Tab, hands: Hands) -> None:
        await hands.type("#a", "one")
        await hands.press("Tab")
        await hands.page.keyboard.type("two")
        await hands.click("button")

    html = "<input id=a><textarea id=b></textarea><button>Go</button>"
    assert short(heard(chromium, site, html, work))[1:] == [
        ("fill", "one"),
        ("fill", "two"),
        ("click", ""),
    ]


def test_a_text_that_is_still_being_typed_at_the_end_is_not_lost(
    chromium: Workshop, site: Site
) -> None:
    async def work(_tab: Tab, hands: Hands) -> None:
        await hands.type("#q", "bella")

    assert short(heard(chromium, site, "<input id=q>", work))[-1] == ("fill", "bella")


def test_a_text_in_a_page_that_goes_away_by_itself_is_not_lost(
    chromium: Workshop, site: Site
) -> None:
    async def work(tab: Tab, hands: Hands) -> None:
        async with tab.page.expect_navigation():
            await hands.type("#code", "123456")

    site.pages["/next"] = "<p>next</p>"
    html = """<form action=/next><input id=code name=code
        oninput="if (this.value.length === 6) this.form.submit()"></form>"""
    assert ("fill", "123456") in short(heard(chromium, site, html, work))


def test_an_editable_part_of_the_page_is_a_field_too(chromium: Workshop, site: Site) -> None:
    async def work(_tab: Tab, hands: Hands) -> None:
        await hands.type("b", "!")

    html = "<div contenteditable aria-label=Note>Hi<b>ho</b></div>"
    (_, fill) = actions(heard(chromium, site, html, work))
    assert fill.element is not None
    labels = [each.value for each in fill.element.candidates if each.kind == "label"]
    assert (fill.kind, labels) == ("fill", ["Note"])


@pytest.mark.parametrize(
    "key,told", [("Escape", True), ("F2", True), ("Shift", False), ("a", False), ("Tab", False)]
)
def test_only_keys_that_are_not_text_are_told(
    chromium: Workshop, site: Site, key: str, *, told: bool
) -> None:
    async def work(_tab: Tab, hands: Hands) -> None:
        await hands.press(key)

    assert short(heard(chromium, site, "<p>page</p>", work)) == ([("press", key)] if told else [])


def test_arrow_keys_count_where_they_choose_and_not_where_they_move_the_cursor(
    chromium: Workshop, site: Site
) -> None:
    async def work(_tab: Tab, hands: Hands) -> None:
        for field in ("#plain", "#combo"):
            await hands.click(field)
            await hands.press("ArrowDown")

    html = "<input id=plain><input id=combo role=combobox aria-label=Breed>"
    pressed = [a for a in actions(heard(chromium, site, html, work)) if a.kind == "press"]
    assert [named(action) for action in pressed] == [("combobox", "Breed")]


def test_what_is_typed_prints_nowhere_and_a_card_number_does_not_even_leave_the_page(
    chromium: Workshop, site: Site
) -> None:
    async def work(_tab: Tab, hands: Hands) -> None:
        await hands.type("#p", "hunter2!")
        await hands.type("#c", "4111111111111111")
        await hands.type("#q", "bella")

    html = """<input id=p type=password value=""><input id=c autocomplete=cc-number>
        <input id=q>"""
    log = heard(chromium, site, html, work)
    fills = [action for action in actions(log) if action.kind == "fill"]
    assert [(fill.field.secret, fill.value is None) for fill in fills] == [
        (True, False),
        (True, True),
        (False, False),
    ]
    for typed in ("hunter2", "4111", "bella"):
        assert typed not in repr(log)


# -------------------------------------------------------------------- clicks


def test_a_click_means_the_nearest_thing_that_can_be_clicked(
    chromium: Workshop, site: Site
) -> None:
    async def work(_tab: Tab, hands: Hands) -> None:
        await hands.click("svg")
        await hands.click("i")
        await hands.click("td")
        await hands.click("p")

    html = """<button><svg width=20 height=20></svg> Save</button>
        <a href="#x"><span><i>More</i></span></a>
        <table style="cursor: pointer" aria-label=Rows><tr><td>cell</td></tr></table><p>text</p>"""
    found = actions(heard(chromium, site, html, work))
    assert [named(each) for each in found[:3]] == [
        ("button", "Save"),
        ("link", "More"),
        ("table", "Rows"),
    ]
    assert [each.weak for each in found] == [False, False, False, True]


def test_a_click_inside_open_shadow_roots_is_seen_where_it_happened(
    chromium: Workshop, site: Site
) -> None:
    async def work(_tab: Tab, hands: Hands) -> None:
        await hands.click("x-bar >> x-item >> button")

    html = """<x-bar></x-bar><script>
        const make = (host, html) => { const root = host.attachShadow({mode: "open"});
          root.innerHTML = html; return root; };
        const bar = make(document.querySelector("x-bar"), "<x-item></x-item>");
        make(bar.querySelector("x-item"), "<button><b>Inside</b></button>");</script>"""
    (click,) = actions(heard(chromium, site, html, work))
    assert named(click) == ("button", "Inside")


def test_enter_in_a_field_is_not_also_a_click_on_the_default_button(
    chromium: Workshop, site: Site
) -> None:
    async def work(_tab: Tab, hands: Hands) -> None:
        await hands.click("input")
        await hands.press("Enter")

    html = "<form onsubmit='return false'><input><button>Go</button></form>"
    assert short(heard(chromium, site, html, work)) == [("click", ""), ("press", "Enter")]


def test_a_button_pressed_with_the_keyboard_is_clicked(chromium: Workshop, site: Site) -> None:
    async def work(_tab: Tab, hands: Hands) -> None:
        await hands.press("Tab")
        await hands.press("Space")
        await hands.press("Enter")

    log = heard(chromium, site, "<button>Go</button>", work)
    assert short(log) == [("click", ""), ("click", "")]


def test_what_the_page_does_to_itself_is_nobodys_action(chromium: Workshop, site: Site) -> None:
    async def work(_tab: Tab, hands: Hands) -> None:
        await hands.click("#a")

    html = """<button id=a onclick="b.click(); q.value = 'x';
        q.dispatchEvent(new Event('input', {bubbles: true}))">A</button>
        <button id=b>B</button><input id=q>"""
    assert [named(each) for each in actions(heard(chromium, site, html, work))] == [("button", "A")]


def test_a_box_is_checked_whether_it_or_its_label_was_clicked(
    chromium: Workshop, site: Site
) -> None:
    async def work(_tab: Tab, hands: Hands) -> None:
        await hands.click("#box")
        await hands.click("label")

    html = "<input type=checkbox id=box><label for=box>Remember</label>"
    found = actions(heard(chromium, site, html, work))
    assert [(each.kind, each.checked, named(each)[1]) for each in found] == [
        ("check", True, "Remember"),
        ("check", False, "Remember"),
    ]


def test_a_box_that_only_its_label_shows_is_clicked_there(chromium: Workshop, site: Site) -> None:
    async def work(_tab: Tab, hands: Hands) -> None:
        await hands.click("label")

    html = "<input type=checkbox id=box hidden><main><label for=box>Remember</label></main>"
    (click,) = actions(heard(chromium, site, html, work))
    assert click.element is not None
    assert (click.kind, click.element.fingerprint.tag) == ("click", "label")


def test_a_choice_from_a_list_is_told_by_what_people_read(chromium: Workshop, site: Site) -> None:
    async def work(_tab: Tab, hands: Hands) -> None:
        await hands.press("Tab")
        await hands.press("ArrowDown")

    html = "<label>Kind <select><option value=1>Dog</option><option value=2>A  cat</select></label>"
    (select,) = actions(heard(chromium, site, html, work))
    assert (select.kind, select.value and select.value.reveal()) == ("select", "A cat")


def test_a_double_click_is_told_after_its_clicks(chromium: Workshop, site: Site) -> None:
    async def work(_tab: Tab, hands: Hands) -> None:
        await hands.double_click("button")

    log = heard(chromium, site, "<button>Row</button>", work)
    assert [action.kind for action in actions(log)] == ["click", "click", "dblclick"]


def test_a_chosen_file_is_told_by_its_name_only(chromium: Workshop, site: Site) -> None:
    async def work(tab: Tab, hands: Hands) -> None:
        async with tab.page.expect_file_chooser() as choosing:
            await hands.click("input")
        chooser = await choosing.value
        await chooser.set_files({"name": "scan.txt", "mimeType": "text/plain", "buffer": b"x"})

    html = "<input type=file aria-label=Scan>"
    (upload,) = actions(heard(chromium, site, html, work))
    assert (upload.kind, upload.value and upload.value.reveal()) == ("upload", "scan.txt")


# -------------------------------------------------------------------- hovering and scrolling

MENU = "<ul><li id=file><a href='#'>File</a><ul id=menu>{}</ul></li></ul><p>text</p>"
CHOICE = "<li><a href='#print'>Print</a></li>"


@pytest.mark.parametrize(
    "page",
    [
        "<style>#menu {display: none} #file:hover #menu {display: block}</style>"
        + MENU.format(CHOICE),
        MENU.format("")
        + f"""<script>file.onmouseenter = () => {{ menu.innerHTML = `{CHOICE}` }};
            file.onmouseleave = () => {{ menu.innerHTML = "" }};</script>""",
    ],
    ids=["by style", "by script"],
)
def test_hovering_counts_if_it_reveals_what_is_clicked(
    chromium: Workshop, site: Site, page: str
) -> None:
    async def work(tab: Tab, hands: Hands) -> None:
        for _ in range(2):
            await hands.move("p")
            await tab.page.evaluate(_A_FRAME)
            await hands.move("#file > a")
            await tab.page.wait_for_selector("#menu a")
            await tab.page.evaluate(_A_FRAME)
            await hands.click("#menu a")

    found = actions(heard(chromium, site, page, work))
    assert [(each.kind, named(each)[1]) for each in found] == [
        ("hover", "File"),
        ("click", "Print"),
    ] * 2


def test_passing_over_other_things_is_not_told(chromium: Workshop, site: Site) -> None:
    async def work(_tab: Tab, hands: Hands) -> None:
        await hands.move("#a")
        await hands.move("#b")
        await hands.click("#c")

    html = "<button id=a>A</button><button id=b>B</button><a id=c href='#'>C</a>"
    assert [named(each) for each in actions(heard(chromium, site, html, work))] == [("link", "C")]


def test_scrolling_by_hand_is_told_where_it_came_to_rest(chromium: Workshop, site: Site) -> None:
    async def work(tab: Tab, hands: Hands) -> None:
        await tab.page.evaluate("scrollTo(0, 10)")
        await hands.move("#list")
        await tab.page.mouse.wheel(0, 5000)
        await tab.page.wait_for_function("list.scrollTop > 1000")
        await tab.page.evaluate("() => new Promise(done => setTimeout(done, 300))")

    html = """<div id=list style="height: 200px; overflow: auto"><p style="height: 3000px">a</div>
        <p style="height: 3000px">b"""
    found = actions(heard(chromium, site, html, work))
    assert [(each.kind, each.to) for each in found] == [("scroll", "end")]
    assert found[0].took > 0


# -------------------------------------------------------------------- frames, pages, signals


def test_an_action_in_a_frame_says_how_to_get_into_it(chromium: Workshop, site: Site) -> None:
    site.pages["/outer"] = "<iframe name=inner src=/inner></iframe>"
    site.pages["/inner"] = "<button onclick='parent.frameElement.remove()'>Deep</button>"

    async def work(tab: Tab, hands: Hands) -> None:
        await tab.page.frame_locator("iframe").frame_locator("iframe").locator("button").wait_for()
        outer, inner = (tab.page.frame(url=f"**/{name}") for name in ("outer", "inner"))
        assert outer is not None
        assert inner is not None
        await hands.click("button", frames=(outer, inner))

    html = "<main><iframe src=/outer width=500 height=300></iframe></main>"
    (click,) = actions(heard(chromium, site, html, work))
    assert named(click) == ("button", "Deep")
    assert click.frame == ("main > iframe", "body > iframe")


def test_what_is_done_in_a_popup_belongs_to_it_and_its_opener_caused_it(
    chromium: Workshop, site: Site
) -> None:
    site.pages["/print"] = "<button>Print</button>"

    async def work(tab: Tab, hands: Hands) -> None:
        async with tab.context.expect_page() as opening:
            await hands.click("button")
        popup = await opening.value
        await popup.wait_for_load_state()
        await Hands(popup).click("button")

    html = "<button onclick=\"window.open('/print')\">Open</button>"
    log = heard(chromium, site, html, work)
    assert [(named(each)[1], each.page) for each in actions(log)] == [("Open", 0), ("Print", 1)]
    (caused,) = [each for each in log if isinstance(each, Caused)]
    assert (caused.signal, caused.page, caused.opened) == (Signal(kind="popup"), 0, 1)


@pytest.mark.parametrize("accept", [True, False])
def test_a_dialog_is_left_to_the_person_and_the_answer_is_told(
    chromium: Workshop, site: Site, *, accept: bool
) -> None:
    async def work(tab: Tab, hands: Hands) -> None:
        tab.page.on("dialog", lambda it: it.accept() if accept else it.dismiss())
        await hands.click("button")
        await tab.page.wait_for_selector("i")

    html = "<button onclick=\"confirm('Sure?'); this.innerHTML = '<i>done</i>'\">Remove</button>"
    (click, caused) = heard(chromium, site, html, work)
    assert isinstance(click, Action)
    assert isinstance(caused, Caused)
    assert caused.signal == Signal(kind="dialog", accept=accept)


def test_a_download_is_told_as_what_a_click_caused(chromium: Workshop, site: Site) -> None:
    headers = [("Content-Disposition", "attachment; filename=a.csv")]
    site.pages["/file"] = Served("a,b", mime="text/csv", headers=headers)

    async def work(tab: Tab, hands: Hands) -> None:
        async with tab.page.expect_download():
            await hands.click("a")

    log = heard(chromium, site, "<a href=/file>Export</a>", work)
    assert [each.signal.kind for each in log if isinstance(each, Caused)] == ["download"]


def test_each_document_of_the_page_is_told_with_where_it_came_from(
    chromium: Workshop, site: Site
) -> None:
    site.pages["/b"] = "<p>b</p>"

    async def work(tab: Tab, hands: Hands) -> None:
        async with tab.page.expect_navigation():
            await hands.click("a")
        await tab.page.goto(f"{site.url}/b?again")

    log = heard(chromium, site, "<a href=/b>b</a>", work)
    found = [each for each in log if isinstance(each, Opened)]
    assert [(each.url, each.referrer) for each in found] == [
        (f"{site.url}/b", f"{site.url}/"),
        (f"{site.url}/b?again", ""),
    ]


@pytest.mark.parametrize("whole", [False, True], ids=["page", "browser"])
def test_what_the_person_closes_ends_the_wait_and_keeps_what_was_done(
    chromium: Workshop, site: Site, *, whole: bool
) -> None:
    site.pages["/"] = "<input id=q><button>Go</button>"

    async def record(tab: Tab) -> list[tuple[str, str]]:
        async with record_actions(tab) as recording:
            await tab.page.goto(site.url)
            await Hands(tab.page).type("#q", "bella")
            await Hands(tab.page).click("button")
            await (tab.context.close() if whole else tab.page.close(run_before_unload=True))
            await until_closed(tab)
            await recording.finish()
        assert recording.url == f"{site.url}/"
        return short(recording.log)

    assert chromium.run(site.url, record) == [("click", ""), ("fill", "bella"), ("click", "")]


def test_a_page_that_is_open_already_is_recorded_and_nothing_listens_afterwards(
    chromium: Workshop, site: Site
) -> None:
    site.pages["/"] = "<button>Go</button>"

    async def record(tab: Tab) -> list[int]:
        await tab.page.goto(site.url)
        counts = []
        for _ in range(2):
            async with record_actions(tab) as recording:
                await Hands(tab.page).click("button")
                await tab.page.evaluate("0")
            counts.append(len(actions(recording.log)))
            await Hands(tab.page).click("button")
            await tab.page.evaluate("0")
            counts.append(len(actions(recording.log)))
        return counts

    assert chromium.run(site.url, record) == [1, 1, 1, 1]


def test_json_answers_to_the_page_are_told(chromium: Workshop, site: Site) -> None:
    async def work(tab: Tab, hands: Hands) -> None:
        async with tab.page.expect_response("**/pets*"), tab.page.expect_response("**/page"):
            await hands.click("button")

    site.pages["/pets"] = as_json([{"id": 7, "name": "Rosie"}])
    site.pages["/page"] = "<p>Rosie</p>"
    html = """<button onclick="fetch('/pets?q=r'); fetch('/page')">Go</button>"""
    log = heard(chromium, site, html, work)
    told = [entry for entry in log if isinstance(entry, Answered)]
    assert [(each.what, each.body) for each in told] == [
        (f"GET {site.url}/pets", [{"id": 7, "name": "Rosie"}])
    ]
    assert "Rosie" not in repr(told)
