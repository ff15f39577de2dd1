"""A sketch shows where controls stand, which is meant, the names that may be read, nothing else."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from automation.page import Box, sketch

numbers = st.integers(-3000, 20_000)
sizes = st.integers(0, 5000)
RED, GREY = (0xA4, 0x16, 0x1A), (0x9A, 0xA7, 0xB4)


def picture_of(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("RGB")


def is_marked(png: bytes) -> bool:
    colors = picture_of(png).getcolors()
    return any(near(color, RED) for _, color in colors or ())


def near(color: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(color, tuple)
    return all(abs(one - other) < 12 for one, other in zip(color, wanted, strict=True))


def test_the_one_that_is_meant_is_red_and_no_other() -> None:
    boxes = [Box(0, 0, 200, 40), Box(600, 400, 200, 40)]
    picture = picture_of(sketch(boxes, 1))
    assert near(picture.getpixel((0, 0)), GREY)
    assert near(picture.getpixel((int(700 * 600 / 1280), int(400 * 600 / 1280))), RED)
    assert not is_marked(sketch(boxes))


def test_what_is_meant_far_down_is_in_the_picture() -> None:
    assert is_marked(sketch([Box(0, 0, 10, 10), Box(0, 2600, 300, 60)], 1))


def test_only_a_label_that_is_given_is_written() -> None:
    plain, told = Box(0, 0, 400, 60), Box(0, 0, 400, 60, "Save")
    assert sketch([plain]) == sketch([plain])
    assert sketch([plain]) != sketch([told])


@given(
    st.lists(
        st.builds(Box, numbers, numbers, sizes, sizes, st.text(max_size=20)), min_size=1, max_size=9
    ),
    st.booleans(),
)
def test_any_page_is_a_picture_of_a_size_that_a_letter_bears(
    boxes: list[Box], is_found: bool
) -> None:
    width, height = picture_of(sketch(boxes, 0 if is_found else None)).size
    assert 0 < height <= 1800
    assert width == 600


@pytest.mark.parametrize("marked", [None, 0])
def test_a_picture_of_many_controls_is_small(marked: int | None) -> None:
    boxes = [Box(x * 60, y * 40, 50, 30, "Open") for y in range(40) for x in range(20)]
    assert len(sketch(boxes, marked)) < 40_000
