from __future__ import annotations

import pytest
from pydantic import ValidationError

from automation.model import Notice
from tests.fakes import START


def test_a_notice_has_no_place_for_what_else_a_portal_sends() -> None:
    times = {"first_at": START, "latest_at": START, "due_at": START}
    known = {"practice": "north", "topic": "client_id", "record": "7", "count": 1, **times}
    assert Notice.model_validate(known).tries == 0
    with pytest.raises(ValidationError):
        Notice.model_validate({**known, "payload": "Bellatrix"})
