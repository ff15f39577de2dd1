"""A sketch shows where controls stand, which is meant, and nothing else."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.page import Box, sketch

numbers = st.integers(-3000, 20_000)
sizes = st.integers(0, 5000)


def rows_of(png: bytes) -> list[bytes]:
    """The colours of each row, as the only chunk of the picture holds them."""
    width, height = struct.unpack_from(">II", png, 16)
    at = png.index(b"IDAT")
    [size] = struct.unpack_from(">I", png, at - 4)
    content = zlib.decompress(png[at + 4 : at + 4 + size])
    assert len(content) == height * (width + 1)
    return [content[y * (width + 1) + 1 : (y + 1) * (width + 1)] for y in range(height)]


def test_the_one_that_is_meant_is_red_and_no_other() -> None:
    boxes: list[Box] = [(0, 0, 200, 40), (600, 400, 200, 40)]
    rows = rows_of(sketch(boxes, 1))
    assert rows[0][0] == 2
    assert rows[int(400 * 600 / 1280)][int(700 * 600 / 1280)] == 3
    assert not any(3 in row for row in rows_of(sketch(boxes)))


def test_what_is_meant_far_down_is_in_the_picture() -> None:
    boxes: list[Box] = [(0, 0, 10, 10), (0, 2600, 300, 60)]
    assert any(3 in row for row in rows_of(sketch(boxes, 1)))


@given(st.lists(st.tuples(numbers, numbers, sizes, sizes), min_size=1, max_size=20), st.booleans())
def test_any_page_is_a_picture_of_a_size_that_a_letter_bears(
    boxes: list[Box], is_found: bool
) -> None:
    rows = rows_of(sketch(boxes, 0 if is_found else None))
    assert 0 < len(rows) <= 1800
    assert {len(row) for row in rows} == {600}


@pytest.mark.parametrize("marked", [None, 0])
def test_a_picture_of_many_controls_is_small(marked: int | None) -> None:
    boxes = [(x * 60, y * 40, 50, 30) for y in range(40) for x in range(20)]
    assert len(sketch(boxes, marked)) < 20_000
