"""Error messages for files of Human3.6M that cannot be used."""

from __future__ import annotations

from pathlib import Path

__all__ = ["Human36mError"]


class Human36mError(ValueError):
    """A file cannot be used; the message names it, says what was expected, and what to do."""

    @classmethod
    def of(cls, place: Path | str, what: str) -> Human36mError:
        """The error for a file or folder."""
        return cls(f"{place}: {what}")

    def __reduce__(self) -> tuple[type[Human36mError], tuple[str]]:
        """As a worker process hands it over."""
        return type(self), (str(self),)
