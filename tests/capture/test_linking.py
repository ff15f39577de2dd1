"""Which step caused which exchange."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from automation.capture import Acted, link
from automation.model import Exchange, Request

POLL, DATA, GRID = "/poll", "/data", "/grid"


def exchange(
    seq: int,
    started: float,
    path: str = DATA,
    *,
    took: float = 0.02,
    redirect_of: int | None = None,
    resource: str = "xhr",
) -> Exchange:
    return Exchange(
        seq=seq,
        started=started,
        finished=started + took,
        resource=resource,
        redirect_of=redirect_of,
        request=Request(method="GET", url=f"https://app.acme.example{path}?_={seq}"),
    )


def steps_of(exchanges: Sequence[Exchange], acted: Sequence[Acted]) -> list[str | None]:
    return [each.step for each in link(exchanges, acted)]


def series(path: str, starts: Sequence[float], *, first: int = 0) -> list[Exchange]:
    return [exchange(first + index, at, path) for index, at in enumerate(starts)]


def test_an_exchange_belongs_to_the_last_action_before_it() -> None:
    acted = [Acted("1", 1.0), Acted("2.1", 2.0), Acted("3", 3.0)]
    starts = [0.5, 1.0, 1.9, 2.0, 2.5, 9.0]
    exchanges = [exchange(seq, at, f"/{seq}") for seq, at in enumerate(starts)]
    assert steps_of(exchanges, acted) == [None, "1", "1", "2.1", "2.1", "3"]


def test_a_redirect_belongs_to_the_step_of_its_first_hop() -> None:
    acted = [Acted("1", 1.0), Acted("2", 2.0)]
    hops = [exchange(0, 1.9), exchange(1, 2.1, redirect_of=0), exchange(2, 2.2, redirect_of=1)]
    assert steps_of(hops, acted) == ["1", "1", "1"]


def test_what_a_timer_sends_is_background() -> None:
    acted = [Acted("1", 0.0), Acted("2", 3.1), Acted("3", 3.9), Acted("4", 8.0)]
    polls = series(POLL, [0.4, 5.4, 10.41, 15.38])
    assert steps_of(polls, acted) == ["1", None, None, None]


def test_a_timer_within_one_step_is_background_too() -> None:
    polls = series(POLL, [1.0, 2.0, 3.05, 4.0, 5.0])
    assert steps_of(polls, [Acted("1", 0.2)]) == [None] * 5


def test_what_a_screen_asks_when_it_opens_is_its_steps_and_what_its_timer_repeats_is_not() -> None:
    polls = series(DATA, [1.0, 2.0, 3.05, 4.0, 5.0])
    assert steps_of(polls, [Acted("1", 0.9)]) == ["1", None, None, None, None]


def test_three_times_are_no_series() -> None:
    assert steps_of(series(POLL, [1.0, 2.0, 3.0]), [Acted("1", 0.0)]) == ["1"] * 3


def test_pages_turned_at_an_even_pace_belong_to_their_clicks() -> None:
    clicks = [Acted(str(number), 1.0 + number * 0.8) for number in range(6)]
    pages = series(GRID, [click.at + 0.05 + 0.01 * (i % 2) for i, click in enumerate(clicks)])
    assert steps_of(pages, clicks) == [click.path for click in clicks]


def test_a_chain_in_which_each_answer_asks_for_the_next_belongs_to_its_step() -> None:
    chain = [exchange(seq, 1.0 + seq * 0.5, took=0.45) for seq in range(6)]
    assert steps_of(chain, [Acted("1", 0.9)]) == ["1"] * 6


def test_many_requests_at_once_belong_to_their_step() -> None:
    tiles = [exchange(seq, 1.0 + seq * 0.001, took=0.3) for seq in range(8)]
    assert steps_of(tiles, [Acted("1", 0.9)]) == ["1"] * 8


def test_uneven_gaps_are_no_timer() -> None:
    assert steps_of(series(DATA, [1.0, 2.0, 4.0, 4.5, 9.0]), [Acted("1", 0.9)]) == ["1"] * 5


def test_a_click_between_polls_of_the_same_address_keeps_its_step() -> None:
    polls = series(POLL, [1.0, 3.0, 5.0, 7.0])
    refresh = exchange(4, 8.1, POLL)
    acted = [Acted("1", 0.5), Acted("2", 8.0)]
    assert steps_of([*polls, refresh], acted) == ["1", None, None, None, "2"]


def test_pages_are_never_background() -> None:
    reloads = [exchange(seq, 1.0 + seq, resource="document") for seq in range(5)]
    assert steps_of(reloads, [Acted("1", 0.9)]) == ["1"] * 5


@given(
    st.lists(st.floats(0, 100), max_size=20).map(sorted),
    st.lists(st.floats(0, 100), max_size=6).map(sorted),
    st.sampled_from([POLL, DATA]),
)
def test_no_exchange_is_given_to_a_step_that_acted_after_it(
    starts: list[float], acts: list[float], path: str
) -> None:
    acted = [Acted(str(number), at) for number, at in enumerate(acts)]
    when = {each.path: each.at for each in acted}
    for each in link(series(path, starts), acted):
        if each.step is not None:
            assert when[each.step] <= each.started
