"""Where a page leads: its links, and the other pages of the list that it shows one of."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from pydantic import JsonValue
from selectolax.lexbor import LexborNode

from automation.wire.chrome import classes_of, is_pager
from automation.wire.pagetext import Facts, address_of, address_parts, shown

_REL: Final = ("next", "prev")
_ONWARD: Final = re.compile(
    r"next|weiter|vor|n[äa]chste|suivante?|siguiente|successiv[oa]|seguente|volgende|pr[óo]xim[oa]"
)
_BACK: Final = re.compile(
    r"prev|previous|back|zur[üu]ck|vorherige|pr[ée]c[ée]dente?|anterior|precedente|vorige"
    r"|first|erste|premi[eè]re?|primer[oa]?|last|letzte|derni[eè]re?|[úu]ltim[oa]"
)
_ARROWS: Final = re.compile(r"(?:[«»\u2039\u203a<>→←…|\[\]()\s]|\.\.\.)+")
_FORWARD: Final = frozenset({">", "»", "\u203a", "→"})
_PAGE_WORD: Final = re.compile(r"\s*(?:page|seite|p[áa]gina)\s*")
_MORE: Final = frozenset({"...", "…"})
_COUNTS: Final = re.compile(r"start|offset|skip|first|page|(?:\b|-)pg?\Z", re.IGNORECASE)
"""Keys of an address that count pages or the items before them."""
_THING: Final = re.compile(r"\A@href/|id\Z", re.IGNORECASE)
"""Parts of an address that rather tell a thing: segments of its path, and what is called an id."""
_AROUND: Final = 4
"""Elements around a link in which a pager says that it is one."""
_POST: Final = re.compile(
    r"""(?:__doPostBack\(|WebForm_PostBackOptions\()\s*["']([^"']*)["']\s*,\s*["']([^"']*)["']"""
)
_CALL: Final = re.compile(r"\((.*)\)", re.DOTALL)


class Ways:
    """Collects where a page leads.

    Attributes:
        links: addresses by what the link says; the first that says the same counts.
        posts: what links of forms post, by what they say: the target and the argument. What says
            only that there are more pages counts when it stands behind the number of a page.
        pages: the highest page that a link leads to.
    """

    def __init__(self) -> None:
        self.links: Facts = {}
        self.posts: Facts = {}
        self.pages = 1
        self._numbered: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)

    def add(self, anchor: LexborNode) -> bool:
        """Note where a link leads.

        Returns:
            Whether it leads to another page of a list.
        """
        if (found := link_of(anchor)) is None:
            return self._script(anchor)
        said, address = found
        number = page_number(said, address, paging=_in_pager(anchor))
        if number is not None or (not names_thing(anchor) and self._counted(said, address)):
            self.pages = max(self.pages, number or int(said))
            return True
        if said:
            self.links.setdefault(said, address)
        return said in _REL

    def document(self) -> Facts:
        """What a document says of it."""
        posts: Facts = {"posts": self.posts} if self.posts else {}
        return {"links": self.links, **posts, "pages": self.pages}

    def _counted(self, said: str, address: str) -> bool:
        """Whether a number counts up with a value of its address, or one so named: an offset."""
        if not said.isdecimal() or int(said) < 2:  # noqa: PLR2004 - the first page is no other
            return False
        page, found = int(said), False
        for key, value in address_parts(address).items():
            if not isinstance(value, str) or not value.isdecimal():
                continue
            others = self._numbered[address.partition("?")[0] if "?" in key else key, key]
            steps = {
                divmod(int(value) - other, page - before)
                for before, other in others.items()
                if before != page
            }
            if _COUNTS.search(key):
                steps.add(divmod(int(value), page - 1))
            others[page] = int(value)
            found = found or any(step > 0 and not rest for step, rest in steps)
        return found

    def _script(self, anchor: LexborNode) -> bool:
        script = script_of(anchor)
        if script is None:
            return False
        said, posted = said_of(anchor), _POST.search(script)
        if posted is not None and (said not in _MORE or any(map(str.isdecimal, self.posts))):
            self.posts.setdefault(said, [posted[1], posted[2]])
        if not said.isdecimal():
            return False
        given = re.findall(r"\d+", posted[2] if posted else "".join(_CALL.findall(script)))
        if said in given:
            self.pages = max(self.pages, int(said))
        return said in given or (posted is not None and not posted[2])


def onward(posts: Mapping[str, JsonValue], page: int) -> tuple[str, str] | None:
    """What is posted for the page after one: by the link with its number, or one that says next.

    Args:
        posts: as :class:`Ways` says.
        page: the number of the page that is there.
    """
    following = next((said for said in posts if says_next(said)), None)
    for said in (str(page + 1), following, *_MORE):
        post = posts.get(said) if said is not None else None
        if isinstance(post, list) and len(post) == 2:  # noqa: PLR2004 - target and argument
            numbers = re.findall(r"\d+", str(post[1]))
            if said in _MORE and numbers and int(numbers[-1]) != page + 1:
                continue  # it leads back
            return str(post[0]), str(post[1])
    return None


def says_next(said: str) -> bool:
    """Whether a link says that it leads to the next page."""
    words = _PAGE_WORD.sub("", _ARROWS.sub(" ", said.lower())).strip()
    return said.strip() in _FORWARD or _ONWARD.fullmatch(words) is not None


def says_page(said: str) -> bool:
    """Whether a link says that it leads to another page of a list."""
    words = _PAGE_WORD.sub("", _ARROWS.sub(" ", said.lower())).strip()
    return bool(said) and (
        not words or words.isdecimal() or says_next(said) or _BACK.fullmatch(words) is not None
    )


def link_of(anchor: LexborNode) -> tuple[str, str] | None:
    """What a link says and where it leads; None when it leads nowhere or is switched off.

    One that says by ``rel`` which page it leads to is called so.
    """
    address = address_of(anchor)
    return None if address is None or _is_off(anchor) else (said_of(anchor), address)


def said_of(anchor: LexborNode) -> str:
    """What a link is called."""
    attributes = anchor.attributes
    rel = (attributes.get("rel") or "").lower().split()
    classes = _classes_around(anchor)
    ways = (
        *(word for word in _REL if word in rel),
        shown(anchor),
        attributes.get("aria-label"),
        attributes.get("title"),
        *(word for word in _REL if word in classes),
    )
    return " ".join(next(filter(None, ways), "").split())


def script_of(anchor: LexborNode) -> str | None:
    """What a link runs instead of leading to an address; None when it is switched off."""
    attributes = anchor.attributes
    href = (attributes.get("href") or "").strip()
    script = href if href.startswith("javascript:") else attributes.get("onclick")
    return None if not script or _is_off(anchor) else script


def _is_off(anchor: LexborNode) -> bool:
    return "disabled" in _classes_around(anchor) or (
        anchor.attributes.get("aria-disabled") == "true"
    )


def _classes_around(anchor: LexborNode) -> set[str]:
    around = anchor.parent
    return {*classes_of(anchor), *(classes_of(around) if around is not None else ())}


def page_number(said: str, address: str, *, paging: bool = False) -> int | None:
    """The page that a link names and leads to; None when it is another kind of link.

    Args:
        said: what the link says.
        address: where it leads.
        paging: it stands in a pager; else ``5512`` of ``/Rx/5512`` is a thing and no page.
    """
    if not said.isdecimal():
        return None
    keys = [key for key, value in address_parts(address).items() if value == said]
    path = address.partition("#")[0].partition("?")[0].split("/")
    counted = any(_COUNTS.search(key) for key, at in pairwise(path) if at == said)
    told = paging or counted or any(not _THING.search(key) for key in keys)
    return int(said) if keys and told else None


def names_thing(anchor: LexborNode) -> bool:
    """Whether a link says the number of the thing it leads to: ``5512`` of ``/Rx/5512``."""
    if (found := link_of(anchor)) is None or not found[0].isdecimal() or _in_pager(anchor):
        return False
    return found[0] in address_parts(found[1]).values() and page_number(*found) is None


def leads_to_other(anchor: LexborNode, facts: Facts) -> bool:
    """Whether a link leads to a thing with an identity other than those of what is read.

    Args:
        anchor: the link.
        facts: what is known of what is read; its ``data-*`` tell it.
    """
    own = [value for key, value in facts.items() if key.startswith("@data-")]
    parts = address_parts(address_of(anchor) or "").items()
    told = (value for key, value in parts if key != "@href" and value not in own)
    return any(map(str.isdigit, "".join(map(str, told))))


def _in_pager(anchor: LexborNode) -> bool:
    around, levels = anchor.parent, 0
    while around is not None and levels < _AROUND:
        if is_pager(around):
            return True
        around, levels = around.parent, levels + 1
    return False
