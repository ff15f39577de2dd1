"""`vetportal init`: home, key and database, ready for the first practice."""

from __future__ import annotations

import asyncio

from automation.cli.output import AsJson, emit


def init(as_json: AsJson = False) -> None:
    """Make home, key file and database; what is there already stays as it is."""
    from automation import wiring
    from automation.settings import read_settings

    settings = read_settings()
    made = asyncio.run(wiring.prepare(settings))
    lines = [f"{'made' if new else 'there':<6} {path}" for path, new in made.items()]
    if made.get(str(settings.key_file)):
        lines.append("Keep a copy of the key file, apart from the copies of the database.")
    paths = [{"path": path, "made": new} for path, new in made.items()]
    emit({"paths": paths}, "\n".join(lines), as_json=as_json)
