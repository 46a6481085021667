"""Write files so that nobody ever meets half of one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from autograder.errors import WriteError


def write_atomically(path: Path, content: bytes | str) -> None:
    """Write `content` to `path` by way of a temporary file beside it and a rename.

    Raises WriteError with the folder's name if it can't be written; an old file then stays as it was.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    except OSError as error:
        raise WriteError(
            f"{path.parent} can't be written ({error.strerror}): check its permissions."
        ) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise WriteError(
            f"{path} can't be written ({error.strerror}): check permissions and space."
        ) from error


def write_if_changed(path: Path, content: bytes | str) -> bool:
    """Write `content` unless `path` holds it already; says whether it wrote."""
    data = content.encode() if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data:
        return False
    write_atomically(path, data)
    return True
