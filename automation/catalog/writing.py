"""Nouns as files: equal nouns give equal bytes, and a file is whole or not there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from pydantic import BaseModel

from automation.catalog.notation import render
from automation.errors import Unready


def canonical_text(noun: BaseModel) -> str:
    """The text of a noun as it stands in ``flows/``.

    Keys follow the fields of the noun, free keys the alphabet; what equals its default is left
    out, but the version always stands first.
    """
    document = _sorted_noun(noun).model_dump(mode="json", exclude_defaults=True)
    if (field := type(noun).model_fields.get("version")) is not None:
        document = {"version": field.default, **document}
    return render(document)


def _sorted_noun(noun: BaseModel) -> BaseModel:
    given = {key: _ordered(getattr(noun, key)) for key in noun.model_fields_set}
    return noun.model_copy(update=given)


def _ordered(value: object) -> object:
    """Sort the keys of dictionaries wherever they stand; equal ones may differ in order."""
    if isinstance(value, BaseModel):
        return _sorted_noun(value)
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value)}
    if isinstance(value, (tuple, list)):
        return type(value)(_ordered(item) for item in value)
    return value


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old text or the new one, never a part.

    Raises:
        Unready: the disk is full, or the folder may not be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Unready(
            f"{path} was not written: {error.strerror}",
            remedy="Free some space or correct the permissions, then run again.",
        ) from error
