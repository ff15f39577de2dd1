"""What forms with files send, as the page says it while it sends them.

Chromium tells of such a request neither when it begins nor, once it was answered by a redirect,
when it is asked. The event ``formdata`` of the page has all of it; a script in a world of its own
listens to that, where the page does not see it.
"""

from __future__ import annotations

import json
from typing import Any, Final

from playwright.async_api import CDPSession

from automation.browser.scripts import injected

_WORLD: Final = "forms"
_TELL: Final = "tellForm"
_BOUNDARY: Final = "----form"


class Forms:
    """Remembers the latest form that was sent to each address."""

    def __init__(self) -> None:
        self._sent: dict[str, bytes] = {}

    async def follow(self, session: CDPSession) -> None:
        """Listen to every document that a page opens from now on."""
        session.on("Runtime.bindingCalled", self.hear)
        await session.send("Page.enable")
        await session.send("Runtime.enable")
        await session.send("Runtime.addBinding", {"name": _TELL, "executionContextName": _WORLD})
        source = f"({injected('forms')})(globalThis.{_TELL})"
        script = {"source": source, "worldName": _WORLD}
        await session.send("Page.addScriptToEvaluateOnNewDocument", script)

    def hear(self, event: dict[str, Any]) -> None:
        """Take one ``Runtime.bindingCalled``."""
        if event["name"] == _TELL:
            told = json.loads(event["payload"])
            self._sent[told["url"]] = _body(told["fields"])

    def sent_to(self, url: str) -> bytes | None:
        """The body of the form that was sent there, files left empty, as multipart."""
        return self._sent.pop(url.partition("#")[0], None)


def _body(fields: list[dict[str, str]]) -> bytes:
    """RFC 7578; a file keeps its name only."""
    parts = []
    for field in fields:
        file = f'; filename="{_quoted(field["file"])}"' if "file" in field else ""
        head = f'Content-Disposition: form-data; name="{_quoted(field["name"])}"{file}'
        parts.append(f"--{_BOUNDARY}\r\n{head}\r\n\r\n{field.get('text', '')}\r\n")
    return f"{''.join(parts)}--{_BOUNDARY}--\r\n".encode()


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
