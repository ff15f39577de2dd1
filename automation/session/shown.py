"""A reply as a page that can be asked for what it shows, without a browser."""

from __future__ import annotations

from selectolax.lexbor import LexborNode, SelectolaxError

from automation import replay


class ShownReply:
    """What a person would see of a reply.

    Without a browser there are no styles: an element counts as hidden when its markup says so.

    Args:
        reading: the reply.
    """

    def __init__(self, reading: replay.Reading) -> None:
        self.reading = reading

    async def text_of(self, css: str) -> str | None:
        """The text of the first element with this selector that is not hidden; None without one."""
        if not self.reading.is_html:
            return None
        try:
            found = self.reading.tree.css(css)
        except (SelectolaxError, ValueError):  # a selector that only browsers know
            return None
        shown = next((node for node in found if not _hidden(node)), None)
        return None if shown is None else " ".join(shown.text().split())


def _hidden(node: LexborNode) -> bool:
    above: LexborNode | None = node
    while above is not None:
        attributes = above.attributes
        style = (attributes.get("style") or "").replace(" ", "").lower()
        if "hidden" in attributes or "display:none" in style or attributes.get("type") == "hidden":
            return True
        above = above.parent
    return False
