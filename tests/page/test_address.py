"""Which addresses a flow accepts where it expects one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.page import address_matches


@pytest.mark.parametrize(
    "pattern, url, matches",
    [
        ("/Practice/Home/**", "https://a.example/Practice/Home/Index", True),
        ("/Practice/Home/**", "https://a.example/Practice/Home/Index/7?x=1", True),
        ("/Practice/Home/**", "https://a.example/Practice/Account/LogOn", False),
        ("/Practice/*/Edit/*", "https://a.example/Practice/Clients/Edit/985206", True),
        ("/Practice/*", "https://a.example/Practice/Clients/Edit", False),
        ("/Home", "https://a.example/Home?tab=2", True),
        ("/Home?tab=2", "https://a.example/Home?tab=2", True),
        ("/Home?tab=2", "https://a.example/Home?tab=3", False),
        ("/Home?tab=2", "https://a.example/Home", False),
        ("/LogOn?*", "https://a.example/LogOn?ReturnUrl=/Home?a=b", True),
        ("/LogOn?*", "https://a.example/LogOn", False),
        ("/Home.aspx", "https://a.example/HomeXaspx", False),
        ("/", "https://a.example", True),
        ("**", "https://a.example/anything/at/all", True),
    ],
)
def test_a_glob_is_compared_with_path_and_query(pattern: str, url: str, matches: bool) -> None:
    assert address_matches(pattern, url) is matches


@given(st.from_regex(r"(/[a-z0-9._()+-]{1,8}){1,4}", fullmatch=True))
def test_a_path_without_stars_matches_itself_only(path: str) -> None:
    assert address_matches(path, f"https://a.example{path}")
    assert not address_matches(path, f"https://a.example{path}x")
