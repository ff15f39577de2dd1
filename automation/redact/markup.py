"""Markup, scripts and plain text: places of secrets are recognised without parsing the whole.

Changing a page through a parser would change more than its secrets, so only the places themselves
are touched: values of inputs, contents of meta tags, quoted texts beside a secret's name in
scripts and attributes, parameters of links.
"""

from __future__ import annotations

import html
import re
from typing import Final

from automation.redact.names import SPOKEN, is_secret_name
from automation.redact.visitor import Visitor

_TAG: Final = re.compile(
    r"<(input|meta)\b((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>", re.IGNORECASE | re.DOTALL
)
_ATTRIBUTE: Final = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
# HTML, section 4.10.18.7: what these fields hold is a secret, whatever they are called.
_SECRET_FIELD: Final = re.compile(r"current-password|new-password|one-time-code|cc-.*")
_NAME_END: Final = re.compile(r"[\w$.-]*\Z")
_NAME_LENGTH: Final = 60
# token: "...", data-csrf-token="...", {"token":"..."}
_ASSIGNED: Final = re.compile(
    rf"({SPOKEN}[\w$.\]-]{{0,{_NAME_LENGTH}}}[\"']?\]?\s*[:=]\s*)"
    r"(?:\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)')"
)
# ?token=...&session=...
_PARAMETER: Final = re.compile(rf"([?&;])([\w.%\[\]-]{{1,{_NAME_LENGTH}}})=([^\s&;\"'<>#\\]+)")


def rewrite_markup(text: str, visitor: Visitor) -> str:
    """The text with its recognisable places visited, then the whole as rest."""
    if "<" in text:
        text = _TAG.sub(lambda match: _tag(match, visitor), text)
    text = _ASSIGNED.sub(lambda match: _assigned(match, visitor), text)
    text = _PARAMETER.sub(lambda match: _parameter(match, visitor), text)
    return visitor.rest(text)


def _tag(match: re.Match[str], visitor: Visitor) -> str:
    inside = match[2]
    spans = {one[1].lower(): one for one in _ATTRIBUTE.finditer(inside)}
    said = {name: html.unescape(_value(one)) for name, one in spans.items()}
    place = spans.get("value" if match[1].lower() == "input" else "content")
    if place is None or not (group := place.lastindex):
        return match[0]
    value = html.unescape(place[group])
    new = visitor.leaf(_field_name(said), value) if value and group > 1 else value
    if new == value:
        return match[0]
    start, end = (match.start(2) - match.start() + at for at in place.span(group))
    return match[0][:start] + html.escape(new) + match[0][end:]


def _value(attribute: re.Match[str]) -> str:
    return attribute[2] or attribute[3] or attribute[4] or ""


def _field_name(said: dict[str, str]) -> str:
    if said.get("type", "").lower() == "password":
        return "password"
    if any(_SECRET_FIELD.fullmatch(word) for word in said.get("autocomplete", "").split()):
        return "password"
    return said.get("name") or said.get("property") or said.get("id") or ""


def _assigned(match: re.Match[str], visitor: Visitor) -> str:
    """The name may begin before the word that gave it away."""
    before = _NAME_END.search(match.string, max(0, match.start() - _NAME_LENGTH), match.start())
    name = (before[0] if before else "") + re.split(r"[\"'\]\s:=\\]", match[1], maxsplit=1)[0]
    group = 2 if match[2] is not None else 3
    if not match[group] or not is_secret_name(name):
        return match[0]
    value = html.unescape(match[group])
    new = visitor.leaf(name, value)
    if new == value:
        return match[0]
    return match[1] + match[0][len(match[1])] + new + match[0][-1]


def _parameter(match: re.Match[str], visitor: Visitor) -> str:
    mark, name, value = match.groups()
    return f"{mark}{name}={visitor.leaf(name, value)}" if is_secret_name(name) else match[0]
