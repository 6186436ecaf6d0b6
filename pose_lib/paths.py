"""Where the package, its checkout and its caches are."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

__all__ = ["PACKAGE", "CheckoutError", "cache_root", "checkout", "path_name", "project_root", "slug"]

PACKAGE = Path(__file__).parent


def project_root() -> Path:
    """The checkout that the package was imported from; the current folder for an installed package."""
    checkout = PACKAGE.parent
    return checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()


class CheckoutError(RuntimeError):
    """The command needs the project's notebooks, and they are not here."""


def checkout() -> Path:
    """The folder with ``notebooks/``, ``book/`` and ``results/``.

    Raises:
        CheckoutError: neither the package nor the current folder lies in one; says what to do.
    """
    root = project_root()
    if not (root / "notebooks").is_dir():
        raise CheckoutError(
            f"no notebooks in {root}: the notebooks and the book are not part of the installed package. "
            "Clone the project and run this there, with the package installed by pip install -e ."
        )
    return root


def cache_root() -> Path:
    """Folder of data sets built once: ``POSE_CACHE`` if it is set, else ``cache`` in the checkout."""
    return Path(os.environ.get("POSE_CACHE") or project_root() / "cache")


def slug(text: str) -> str:
    """Lower-case words of a name joined by hyphens, for names of files."""
    return "-".join(re.findall(r"[a-z0-9.]+", text.lower()))


def path_name(text: str) -> str:
    """One part of a path for any text: readable where it can be, and never a way out of its folder.

    A name of letters, digits, spaces and a few signs stays as it is. In any other, and in one that is too
    long for a file system or reserved by one, what cannot stay becomes a hyphen, and eight digits of a hash
    are added, so that two texts never share a name.
    """
    kept = re.sub(r"[^\w +,=@.()-]+", "-", text).strip(" .")[:60].rstrip(" .")
    reserved = re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", kept)
    if kept == text and kept and not reserved:
        return kept
    digits = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{kept or 'name'}-{digits}"
