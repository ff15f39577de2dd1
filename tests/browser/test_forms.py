"""A form that was sent is remembered by its address, with its fields and the names of its files."""

from __future__ import annotations

import json

from automation.browser.forms import Forms
from automation.model import Body, Request
from automation.wire import request_leaves

URL = "https://app.acme.example/attach"


def tell(forms: Forms, url: str, *fields: dict[str, str], name: str = "tellForm") -> None:
    forms.hear({"name": name, "payload": json.dumps({"url": url, "fields": fields})})


def test_fields_are_told_as_they_were_and_files_by_their_name_only() -> None:
    forms = Forms()
    tell(forms, URL, {"name": "Title", "text": "Ear\nleft"}, {"name": 'a"b', "file": 'c"d.pdf'})
    content = forms.sent_to(f"{URL}#chart")
    assert content is not None
    body = Body(text=content.decode(), mime="multipart/form-data")
    leaves = request_leaves(Request(method="POST", url=URL, body=body))
    assert [(leaf.value, leaf.file) for leaf in leaves if leaf.path == "Title"] == [
        ("Ear\nleft", False)
    ]
    assert b'filename="c%22d.pdf"' in content


def test_a_form_is_told_once_and_the_latest_counts() -> None:
    forms = Forms()
    tell(forms, URL, {"name": "a", "text": "old"})
    tell(forms, URL, {"name": "a", "text": "new"})
    tell(forms, URL, {"name": "a", "text": "another's"}, name="somebody")
    assert b"new" in (forms.sent_to(URL) or b"")
    assert forms.sent_to(URL) is None
    assert forms.sent_to("https://app.acme.example/other") is None
