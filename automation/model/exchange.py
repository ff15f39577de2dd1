"""Exchange: one request with its response, redacted."""

from __future__ import annotations

from typing import Literal

from automation.model.noun import Noun

Headers = tuple[tuple[str, str], ...]


class Body(Noun):
    """The content of a message.

    Attributes:
        text: the content when it is text; base64 of it otherwise.
        base64: whether ``text`` is base64.
        mime: media type without parameters, lower case.
        size: bytes on the wire after decoding; kept when the content itself was dropped.
        truncated: the content was left out (too large, binary, or not readable any more).
    """

    text: str = ""
    base64: bool = False
    mime: str = ""
    size: int = 0
    truncated: bool = False


class Request(Noun):
    """What the browser sent. Header names are lower case, order and repeats are kept."""

    method: str
    url: str
    headers: Headers = ()
    body: Body | None = None


class Response(Noun):
    """What the portal answered. Header names are lower case, order and repeats are kept.

    Attributes:
        status: HTTP status.
        headers: its headers.
        body: its content.
        secured: version of TLS, and who issued the certificate: ``TLS 1.3, Some Authority``; empty
            without, and where it is not known.
    """

    status: int
    headers: Headers = ()
    body: Body | None = None
    secured: str = ""


class Exchange(Noun):
    """One request with its response.

    Attributes:
        seq: position in the capture, from 0, in order of request start.
        started: seconds since the capture began (monotonic).
        finished: seconds since the capture began when the body was complete; None while open.
        step: path of the flow step that caused it, 1-based ("3", "4.2"); None for background
            traffic such as polling.
        resource: Playwright's resource type: document, xhr, fetch, script, image, ...
        frame: URL of the frame that asked.
        initiator: what asked: ``parser``, ``script <url>:<line>``, ``user`` or empty.
        redirect_of: ``seq`` of the exchange that redirected to this one.
        request: what was sent.
        response: what came back; None when it failed.
        failure: why there is no response.
    """

    seq: int
    started: float
    finished: float | None = None
    step: str | None = None
    resource: str
    frame: str = ""
    initiator: str = ""
    redirect_of: int | None = None
    request: Request
    response: Response | None = None
    failure: str | None = None


class Dropped(Noun):
    """Traffic that was not kept, with the rule that said so."""

    rule: Literal["foreign-host", "static", "beacon", "browser", "download"]
    url: str
    count: int = 1
