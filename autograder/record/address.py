"""The gradebook's address: what can be wrong with it, said without the password that may stand in it."""

from __future__ import annotations

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from autograder.errors import GradebookError


def usable(address: str) -> URL:
    """The address, taken apart; printed, it has no password.

    Raises GradebookError for what is no address, and for a database whose driver isn't installed.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        # The exceptions quote pieces of it, and a piece may be the password's.
        raise GradebookError(
            "The gradebook's address can't be read (c.CourseDirectory.db_url in nbgrader_config.py). It is like "
            "sqlite:////home/ada/course/gradebook.db or postgresql+psycopg://user:password@host/database; signs "
            "such as @ : / # in a password are written as in web addresses, @ as %40."
        ) from None
    try:
        url.get_dialect().import_dbapi()
    except (ImportError, SQLAlchemyError) as error:
        raise GradebookError(
            f"The gradebook {url} needs a driver that isn't installed: {_first_line(error)}. For PostgreSQL: "
            "pip install 'through-time[postgresql]', and an address that begins with postgresql+psycopg://."
        ) from error
    return url


def unusable(url: URL, error: SQLAlchemyError) -> GradebookError:
    """What the database said, and what to do about it."""
    reason = _first_line(getattr(error, "orig", None) or error)
    if url.get_backend_name() == "sqlite":
        advice = (
            "Nothing was changed. If the file is damaged, restore gradebook.db from your backup and run "
            "'autograder grade' again: grades come back from the verdict files."
        )
    else:
        advice = (
            "No hand-in is half written. See that the server runs, that the database is there (createdb makes one), "
            "and that the user may write to it; then run the command again."
        )
    return GradebookError(f"The gradebook {url} can't be used: {reason}. {advice}")


def _first_line(error: object) -> str:
    return str(error).strip().partition("\n")[0].rstrip(" .:")
