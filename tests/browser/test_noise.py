"""What a capture leaves out, and by which rule."""

from __future__ import annotations

import pytest

from automation.browser.noise import is_download, noise
from tests.browser.site import allowing

ALLOW = allowing("https://app.acme.example")


@pytest.mark.parametrize("resource", ["document", "xhr", "fetch", "eventsource"])
def test_what_carries_data_of_the_practice_is_kept(resource: str) -> None:
    assert noise(resource, "https://cell4.acme.example/track/telemetry", ALLOW) is None


@pytest.mark.parametrize(
    "resource, rule",
    [
        ("image", "static"),
        ("font", "static"),
        ("stylesheet", "static"),
        ("media", "static"),
        ("script", "static"),
        ("manifest", "static"),
        ("ping", "beacon"),
        ("cspviolationreport", "beacon"),
        ("other", "browser"),
    ],
)
def test_what_carries_none_is_left_out_by_its_kind(resource: str, rule: str) -> None:
    assert noise(resource, "https://app.acme.example/x", ALLOW) == rule


def test_a_foreign_host_is_left_out_whatever_it_is_asked_for() -> None:
    assert noise("xhr", "https://stats.example/collect", ALLOW) == "foreign-host"
    assert noise("document", "http://app.acme.example/", ALLOW) == "foreign-host"


@pytest.mark.parametrize(
    "url", ["data:text/plain,x", "blob:https://app.acme.example/1", "about:blank"]
)
def test_what_never_leaves_the_browser_is_its_own_business(url: str) -> None:
    assert noise("document", url, ALLOW) == "browser"


def test_a_document_that_is_sent_as_a_file_is_a_download() -> None:
    attached = (("content-disposition", 'Attachment; filename="a.pdf"'),)
    assert is_download("document", attached)
    assert not is_download("xhr", attached)
    assert not is_download("document", (("content-disposition", "inline"),))
    assert not is_download("document", ())
