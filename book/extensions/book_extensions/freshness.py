"""Run a chapter's cells again when something outside the chapter changes what they print."""

from __future__ import annotations

import hashlib
import os
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

LIBRARIES = ("numpy", "matplotlib")
"""What the cells import from outside."""


PACKAGES = ("through_time", "figures")
"""What they import from the book's own folder."""


def fingerprint(book: Path) -> str:
    """Twelve hexadecimal digits over the Python files of PACKAGES in `book` and the versions of LIBRARIES."""
    digest = hashlib.sha256(" ".join(version(name) for name in LIBRARIES).encode())
    for path in sorted(path for package in PACKAGES for path in (book / package).rglob("*.py")):
        digest.update(str(path.relative_to(book)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def choose_cache(app: Sphinx, config: Config) -> None:
    """Give each fingerprint a cache of its own.

    jupyter-cache knows a notebook by its cells alone and would go on showing the old outputs. A changed
    setting also makes Sphinx read the chapters again.
    """
    if config.nb_execution_cache_path:
        return
    caches = Path(app.outdir).parent / ".jupyter_cache"
    current = caches / fingerprint(Path(app.srcdir) / "book")
    for path in caches.glob("*"):
        if path != current:
            shutil.rmtree(path)
    config.nb_execution_cache_path = str(current)


def setup(app: Sphinx) -> None:
    """Connect to Sphinx; tell the kernels of this build that they draw for a page without a kernel."""
    os.environ["BOOK_STATIC"] = "1"
    app.connect("config-inited", choose_cache)
