"""A zone is one of the IANA database."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from automation.model.zone import Zone


@pytest.mark.parametrize("name", ["America", "Nowhere/There", "", "../etc/passwd", "America/"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="IANA time zone"):
        TypeAdapter(Zone).validate_python(name)


def test_a_zone_is_taken_by_its_name() -> None:
    assert TypeAdapter(Zone).validate_python("America/Chicago") == "America/Chicago"
