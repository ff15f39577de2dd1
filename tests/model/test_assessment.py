from __future__ import annotations

from automation.model import EndpointReach, Means, strongest, weakest


def reach(means: Means) -> EndpointReach:
    return EndpointReach(endpoint=f"by-{means}", means=means, why="")


def test_what_needs_all_of_several_calls_is_as_good_as_the_worst_of_them() -> None:
    assert weakest((reach("rest"), reach("browser"), reach("replay"))).means == "browser"
    assert weakest((reach("none"), reach("rest"))).means == "none"


def test_what_needs_any_of_several_calls_is_as_good_as_the_best_of_them() -> None:
    assert strongest((reach("browser"), reach("replay"), reach("none"))).means == "replay"
    assert strongest((reach("none"), reach("rest"))).means == "rest"
