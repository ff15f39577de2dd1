"""What an organization may be called."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from automation.model import DEFAULT_ORGANIZATION, Organization, Practice


def test_an_organization_is_called_by_a_name_that_fits_into_addresses() -> None:
    assert Organization(name="vet-group-2", title="Vet Group II").title == "Vet Group II"
    for name in ("Vet Group", "../x", "", "-x"):
        with pytest.raises(ValidationError, match="use a-z, 0-9 and dashes"):
            Organization(name=name)


def test_a_practice_that_nobody_gave_away_belongs_to_the_default_organization() -> None:
    practice = Practice(name="north", portal="acme", base_url="https://app.acme.example")
    assert practice.organization == DEFAULT_ORGANIZATION
