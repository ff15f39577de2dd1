"""Source: one place in a response where a value stands."""

from __future__ import annotations

from automation.model.noun import Noun


class Source(Noun):
    """One place in a response where a value stands; exactly one field is set.

    Attributes:
        json_path: JMESPath into a JSON body.
        css: CSS selector into an HTML body.
        attribute: attribute of that element (None: its text); ``href?key`` is the value of a
            query key inside a link.
        header: name of a response header.
        script: the text before the value in an inline script (``token = "``); the value ends at
            the quote that opened it.
        cookie: name of a cookie.
        storage: key in localStorage or sessionStorage.
    """

    json_path: str | None = None
    css: str | None = None
    attribute: str | None = None
    header: str | None = None
    script: str | None = None
    cookie: str | None = None
    storage: str | None = None
