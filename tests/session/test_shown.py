"""What a person would see of a reply, without a browser."""

from __future__ import annotations

import pytest

from automation import replay
from automation.model import Reply
from automation.session.shown import ShownReply
from tests.engine import run_engine

PAGE = """<body>
  <div role=alert hidden>Not yet</div>
  <section style="display: none"><div role=alert>Nor this</div></section>
  <div role=alert> Wrong
     password. </div>
  <form><input type=password><input type=hidden name=token></form>
</body>"""


def text_of(css: str, page: str = PAGE) -> str | None:
    reply = Reply(200, "https://acme.example/login", (), page.encode())
    return run_engine(ShownReply(replay.read_reply(reply)).text_of(css))


def test_the_first_element_that_is_not_hidden_counts() -> None:
    assert text_of("[role=alert]") == "Wrong password."


def test_a_field_is_there_without_a_text() -> None:
    assert text_of("input[type='password' i]") == ""


@pytest.mark.parametrize("css", ["input[type=hidden]", "h1", "div:::nonsense"])
def test_what_is_hidden_missing_or_cannot_be_asked_for_has_no_text(css: str) -> None:
    assert text_of(css) is None


def test_a_selector_with_a_neighbour_inside_works_as_in_a_browser() -> None:
    assert text_of('[role="alert"]:has(~ form input[type="password"])') == "Wrong password."


@pytest.mark.parametrize("content", ['{"body": 1}', ""])
def test_json_and_nothing_show_nothing(content: str) -> None:
    assert text_of("body", content) is None
