"""Where the package and its checkout are, and what state its sources are in."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

__all__ = ["PACKAGE", "cache_root", "project_root", "sources_hash"]

PACKAGE = Path(__file__).parent


def project_root() -> Path:
    """The checkout that the package was imported from; the current folder for an installed package."""
    checkout = PACKAGE.parent
    return checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()


def sources_hash(*skip: str, only: tuple[str, ...] = ()) -> str:
    """A hash of the package's Python files but those in ``skip``, or of ``only`` those: files or folders."""
    digest = hashlib.sha256()
    for file in sorted(PACKAGE.rglob("*.py")):
        place = file.relative_to(PACKAGE).as_posix()
        if not _under(place, skip) and (not only or _under(place, only)):
            digest.update(place.encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _under(place: str, folders: tuple[str, ...]) -> bool:
    return any(place == folder or place.startswith(f"{folder}/") for folder in folders)


def cache_root() -> Path:
    """Folder of data sets built once: ``POSE_CACHE`` if it is set, else ``cache`` in the checkout."""
    return Path(os.environ.get("POSE_CACHE") or project_root() / "cache")
