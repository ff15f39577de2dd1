"""The report has what is open, or all there is, and says of what is over that it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.errors import NotKnown
from automation.model import Severity
from automation.pipeline import report_drift
from tests.pipeline.post_office import PostOffice, in_post_office


def test_it_has_what_is_open_or_all_or_one(tmp_path: Path) -> None:
    async def scene(office: PostOffice) -> None:
        tools = office.tools
        one = await office.see("north")
        await office.see("south", rule="dom.form.action")
        await office.see("south", "resolved", rule="net.op.method")
        await office.see("north", "noted", Severity.COSMETIC, rule="dom.visual")
        page = await report_drift(tools)
        assert "a call is no longer made" in page
        assert "a form is sent elsewhere" in page
        assert "a page looks different" not in page
        assert "another HTTP method" not in page
        whole = await report_drift(tools, everything=True)
        assert "a page looks different" in whole
        assert "The portal is as it was again" in whole
        assert "no longer made" not in await report_drift(tools, practice="south")
        alone = await report_drift(tools, fingerprint=one.finding.fingerprint)
        assert "a form is sent elsewhere" not in alone
        with pytest.raises(NotKnown):
            await report_drift(tools, fingerprint="zzz")

    in_post_office(tmp_path / "home", scene)
