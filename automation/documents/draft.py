"""A file becomes visible as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from automation.errors import BadArgument, Unready


@contextmanager
def draft_beside(path: Path) -> Iterator[Path]:
    """Give a new file beside a path, which takes its place when the block ends well.

    Only the user who runs this may read it, then and afterwards: it is a file of a patient. What
    stood there before stays until then, and stays for good when the block fails.

    Raises:
        BadArgument: the path is a folder, or its folder does not exist.
        Unready: the disk is full, or the folder may not be written.
    """
    if path.is_dir():
        raise BadArgument(f"{path} is a folder", remedy="Name the file to write.")
    if not path.parent.is_dir():
        raise BadArgument(f"the folder {path.parent} does not exist", remedy="Make it first.")
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
        draft = Path(name)
        try:
            yield draft
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Unready(
            f"{path} was not written: {error.strerror or error}",
            remedy="Free some space or correct the permissions, then run again.",
        ) from error
