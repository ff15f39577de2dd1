"""How a list goes on, and when it ends.

Two windows of dates may both hold an item that lies on their border: who reads by windows has to
expect an item twice. All other kinds give each item once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any, Final, Self
from urllib.parse import urljoin

import orjson
import structlog
from pydantic import JsonValue

from automation.errors import AnswerNotUnderstood, BadArgument
from automation.model import Endpoint, Input, Pagination
from automation.replay.inputs import SINCE, UNTIL, InputValue, typed
from automation.replay.places import finder
from automation.replay.reading import Page
from automation.replay.values import TurnValue
from automation.wire import onward

_MOST_PAGES: Final = 50_000
_PLAIN: Final = 3
"""Parts of a place that was kept before lists could go on behind a key."""
_log: Final = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Turn:
    """What the pagination gives for one call.

    Attributes:
        values: by the word of the binding (``number``, ``offset``, ``size``, ...).
        link: the whole address, when the answer before gave one.
        opens: it is the page itself, asked for by a plain GET.
    """

    values: Mapping[str, TurnValue] = field(default_factory=dict)
    link: str | None = None
    opens: bool = False

    def dump(self) -> JsonValue:
        """As it is kept in a place."""
        values: dict[str, JsonValue] = {
            name: {"day": value.isoformat()} if isinstance(value, date) else value
            for name, value in self.values.items()
        }
        opens: dict[str, JsonValue] = {"opens": True} if self.opens else {}
        return {"values": values, "link": self.link, **opens}

    @classmethod
    def load(cls, kept: Mapping[str, Any]) -> Self:
        """The turn that :meth:`dump` gave."""
        values = {
            name: date.fromisoformat(value["day"])
            if isinstance(value, dict) and set(value) == {"day"}
            else value
            for name, value in kept["values"].items()
        }
        return cls(values, kept["link"], kept.get("opens", False))


class Series:
    """The turns of one list.

    Args:
        endpoint: with or without a pagination.
        inputs: hold `since` and `until` for windows of dates; both days are included.
        at: what :meth:`place` gave when the list was left.
        repeats: pages one after the other that may hold what another page held, where rows shift.

    Raises:
        BadArgument: the window ends before it begins.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        inputs: Mapping[str, InputValue],
        at: Sequence[int | None] = (0, 0, None),
        repeats: int = 0,
    ) -> None:
        self._name = endpoint.endpoint
        self._key = endpoint.response.key
        self._rule = endpoint.pagination
        self._until = date.max
        self._page, self._items = at[0] or 0, at[1] or 0
        self._total: int | None = at[2]
        self._behind = (at[3] or 0) if len(at) > _PLAIN else 0  # items before the latest key
        self._seen: set[int] = set()
        self._repeats, self._repeated = repeats, 0
        self.first = self._first(inputs)

    def place(self) -> list[int | None]:
        """How far the list was read: pages, items, the stated total, items before the key."""
        return [self._page, self._items, self._total, self._behind]

    def stated(self, page: Page) -> int | None:
        """The number of all items that an answer states; None where it states none."""
        path = self._rule.stop.total if self._rule else None
        value = finder(path)(page.document) if path else None
        if isinstance(value, str) and value.isdigit():
            return int(value) + self._behind
        if isinstance(value, int) and not isinstance(value, bool):
            return value + self._behind
        return None

    def after(self, turn: Turn, page: Page, *, back: int = 0) -> Turn | None:
        """The turn that follows, or None after the last one.

        Args:
            turn: where the list was.
            page: what it answered.
            back: by how many items it was asked from further ahead than the turn says.

        Raises:
            AnswerNotUnderstood: the list does not advance, has no end, ends before its own total,
                or an answer does not say what its kind of list always says.
        """
        self._page += 1
        self._items += max(0, len(page.items) - back)
        rule = self._rule
        if rule is None:
            return None
        if rule.kind != "window":
            self._refuse_repeat(page)
        if rule.deepest is not None and turn.link is None:
            self._refuse_unheeded(turn, page)
        if self._ends(rule, page, back):
            return None
        if self._page >= _MOST_PAGES:
            raise self._broken(f"there is no end after {_MOST_PAGES} pages")
        follow: Mapping[str, Callable[[Pagination, Turn, Page], Turn | None]] = {
            "page": self._by_number,
            "offset": partial(self._by_offset, back=back),
            "cursor": self._by_cursor,
            "next": self._by_link,
            "post": self._by_post,
            "keyset": self._by_key,
            "window": self._by_window,
        }
        return follow[rule.kind](rule, turn, page)

    # ------------------------------------------------------------ where it begins

    def _first(self, inputs: Mapping[str, InputValue]) -> Turn:
        rule = self._rule
        if rule is None:
            return Turn()
        values: dict[str, TurnValue] = {}
        if rule.size is not None:
            values["size"] = rule.size
        if rule.kind == "page":
            values["number"] = rule.start - (rule.step if rule.opens else 0)
        elif rule.kind == "offset":
            values["offset"] = 0 if rule.opens else rule.start
        elif rule.kind == "post":
            values["begin"] = True
        elif rule.kind == "window":
            values |= self._window(rule, *self._days(inputs))
        return Turn(values, opens=rule.opens is not None)

    def _days(self, inputs: Mapping[str, InputValue]) -> tuple[date, date]:
        since, until = (
            typed(Input(input=name, type="date"), inputs.get(name)) for name in (SINCE, UNTIL)
        )
        if not isinstance(since, date) or not isinstance(until, date) or until < since:
            raise BadArgument(
                f"{self._name}: {UNTIL} {until} lies before {SINCE} {since}",
                remedy=f"Give {SINCE} <= {UNTIL}; both days are included.",
            )
        return since, until

    def _window(self, rule: Pagination, since: date, until: date) -> dict[str, TurnValue]:
        self._until = until
        return {"from": since, "until": since + timedelta(days=rule.size or 0)}

    # ------------------------------------------------------------ where it ends

    def _ends(self, rule: Pagination, page: Page, back: int) -> bool:
        """Whether any condition holds; what contradicts itself is an error, not an end."""
        if rule.kind == "window":
            return False
        stop, count = rule.stop, len(page.items)
        if (
            (stop.total is not None and self._all_seen(stop.total, page))
            or (stop.pages is not None and self._page >= self._number(stop.pages, page))
            or (stop.more is not None and not self._flag(stop.more, page))
        ):
            return True
        short = stop.short and count < (rule.size or 1)
        empty = count <= back and rule.kind in {"page", "offset", "keyset"}
        if (short or empty) and self._total is not None:
            raise self._broken(f"it ends after {self._items} of {self._total} items")
        if empty and stop.more is not None:
            raise self._stuck("an empty page says that there is more")
        return short or empty

    def _all_seen(self, path: str, page: Page) -> bool:
        total = self._number(path, page) + self._behind
        if self._total is not None and total != self._total:
            _log.info(
                "total_drifted",
                endpoint=self._name,
                page=self._page,
                before=self._total,
                now=total,
            )
        self._total = total
        return self._items >= total

    def _number(self, path: str, page: Page) -> int:
        value = finder(path)(page.document)
        if isinstance(value, str) and value.isdigit():
            return int(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._broken(f"no number at {path}")
        return int(value)

    def _flag(self, path: str, page: Page) -> bool:
        value = finder(path)(page.document)
        if not isinstance(value, bool) and value not in {0, 1}:
            raise self._broken(f"neither true nor false at {path}")
        return bool(value)

    # ------------------------------------------------------------ how it goes on

    def _by_number(self, rule: Pagination, turn: Turn, _: Page) -> Turn:
        return _with(turn, "number", _whole(turn, "number") + rule.step)

    def _by_offset(self, rule: Pagination, turn: Turn, page: Page, *, back: int) -> Turn:
        """A page that came short of its size must not leave a gap behind it."""
        step = min(rule.step, len(page.items)) if rule.step > 1 else len(page.items)
        step -= back
        return _with(turn, "offset", _whole(turn, "offset") + max(1, step))

    def _by_cursor(self, rule: Pagination, turn: Turn, page: Page) -> Turn | None:
        cursor = self._said(rule, page)
        return None if cursor is None else _with(turn, "cursor", cursor)

    def _by_link(self, rule: Pagination, turn: Turn, page: Page) -> Turn | None:
        link = self._said(rule, page)
        if link is None:
            return None
        if rule.deepest is not None and self._items - self._behind >= rule.deepest:
            self._behind = self._items
            return _with(turn, "key", self._last_key(page, turn))
        return Turn(turn.values, urljoin(page.reading.reply.url, link))

    def _last_key(self, page: Page, turn: Turn) -> JsonValue:
        """The key behind which the list goes on, once it is seen that the one before was heeded."""
        if self._key is None:
            raise self._broken("nothing says which field it goes on behind")
        key = finder(self._key)(page.items[-1]) if page.items else None
        if key is None or key == turn.values.get("key"):
            raise self._stuck("the last key is the one before")
        return key

    def _by_post(self, _: Pagination, turn: Turn, page: Page) -> Turn | None:
        """The page says itself what its link to the next one posts; the last one has none."""
        posts = finder("posts")(page.document)
        found = onward(posts, self._page) if isinstance(posts, dict) else None
        if found is None:
            return None
        values = {name: value for name, value in turn.values.items() if name != "begin"}
        return Turn({**values, "target": found[0], "argument": found[1]})

    def _by_key(self, rule: Pagination, turn: Turn, page: Page) -> Turn:
        path = (rule.source.json_path if rule.source else None) or self._key
        if path is None:
            raise self._broken("nothing says which field its next call starts from")
        key = finder(path)(page.items[0 if rule.item == "first" else -1])
        if key is None or key == turn.values.get("key"):
            raise self._stuck(f"the {rule.item} key is the one before")
        return _with(turn, "key", key)

    def _by_window(self, rule: Pagination, turn: Turn, _: Page) -> Turn | None:
        since = turn.values["from"]
        if not isinstance(since, date):
            return None
        following = since + timedelta(days=max(1, rule.step))
        if following > self._until:
            return None
        return Turn({**turn.values, **self._window(rule, following, self._until)})

    def _said(self, rule: Pagination, page: Page) -> str | None:
        """The cursor or link in this answer; the same one twice would go round for ever."""
        if rule.source is None:
            raise self._broken("nothing says where its next cursor or link stands")
        text = page.reading.at(rule.source)
        if text is not None:
            self._remember(("said", text), "the same cursor or link came twice")
        return text

    # ------------------------------------------------------------ guards

    def _refuse_repeat(self, page: Page) -> None:
        if not page.items:
            return
        if self._key is None:
            mark: Hashable = orjson.dumps(page.items)
        else:
            key = finder(self._key)
            mark = tuple(str(key(item)) for item in page.items)
        known = hash(("items", mark)) in self._seen
        self._repeated = self._repeated + 1 if known else 0
        if not known or self._repeated > self._repeats:
            self._remember(("items", mark), "the same items came twice")

    def _refuse_unheeded(self, turn: Turn, page: Page) -> None:
        """A portal that passes over the key gives the list from its beginning, again and again."""
        after = turn.values.get("key")
        first = finder(self._key)(page.items[0]) if self._key and page.items else None
        if isinstance(after, int) and isinstance(first, int) and first <= after:
            raise self._stuck("the portal passes over the key that it should go on behind")

    def _remember(self, mark: Hashable, problem: str) -> None:
        """Only hashes are kept, so that a long list needs little memory."""
        digest = hash(mark)
        if digest in self._seen:
            raise self._stuck(problem)
        self._seen.add(digest)

    def _stuck(self, problem: str) -> AnswerNotUnderstood:
        return self._broken(f"pagination does not advance: {problem}")

    def _broken(self, problem: str) -> AnswerNotUnderstood:
        return AnswerNotUnderstood(f"{self._name}, page {self._page}: {problem}")


def _with(turn: Turn, word: str, value: JsonValue) -> Turn:
    return Turn({**turn.values, word: value})


def _whole(turn: Turn, word: str) -> int:
    value = turn.values[word]
    return value if isinstance(value, int) else 0
