"""Opening hours of practices; records that may be the same, and what people decided of them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_PAGE: Final = 500


def upgrade() -> None:
    hours = sa.Column(
        "opening_hours", sa.JSON(none_as_null=True), nullable=False, server_default="[]"
    )
    op.add_column("practice", hours)
    op.create_table(
        "likeness",
        sa.Column("first", sa.String(), primary_key=True),
        sa.Column("second", sa.String(), primary_key=True),
        *(sa.Column(name, sa.String(), sa.ForeignKey("practice.name"), nullable=False)
          for name in ("practice", "other_practice")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "state", "by", "note")),
        sa.Column("at", sa.Double(), nullable=False),
    )  # fmt: skip
    for name in ("practice", "other_practice"):
        op.create_index(f"ix_likeness_{name}", "likeness", [name])
    _fill("client", ("last_name", "addresses"), _homes)
    _fill("patient", ("name", "date_of_birth", "microchip"), _births)


def _fill(kind: str, fields: tuple[str, ...], terms: Callable[[Any], Iterator[str]]) -> None:
    """What was read before is compared, too."""
    connection = op.get_bind()
    columns: list[Any] = [sa.column(name) for name in ("id", "practice", *fields)]
    table = sa.table(kind, *columns)
    kept = sa.table(
        "search_term", *(sa.column(each) for each in ("practice", "kind", "term", "id"))
    )
    after = ""
    while True:
        page = sa.select(*columns).select_from(table).where(columns[0] > after).order_by(columns[0])
        rows = connection.execute(page.limit(_PAGE)).mappings().all()
        if not rows:
            return
        after = rows[-1]["id"]
        found = [
            {"practice": row["practice"], "kind": kind, "term": term, "id": row["id"]}
            for row in rows
            for term in sorted(set(terms(row)))
        ]
        if found:
            connection.execute(sa.insert(kept), found)


def _homes(row: Any) -> Iterator[str]:  # noqa: ANN401 - a row of any columns
    name, places = _plain(row["last_name"]), row["addresses"]
    for place in (json.loads(places) if isinstance(places, str) else places) or []:
        code = _plain(place.get("postal_code"))
        if name and code:
            yield f"home:{code}:{name}"[:64]


def _births(row: Any) -> Iterator[str]:  # noqa: ANN401 - a row of any columns
    if (name := _plain(row["name"])) and row["date_of_birth"]:
        yield f"born:{str(row['date_of_birth'])[:10]}:{name}"[:64]
    if chip := _plain(row["microchip"]):
        yield f"chip:{chip}"[:64]


def _plain(text: str | None) -> str:
    plain = unicodedata.normalize("NFKD", (text or "").casefold())
    return re.sub(r"[\W_]", "", "".join(each for each in plain if not unicodedata.combining(each)))


def downgrade() -> None:
    raise NotImplementedError("move the database file away instead")
