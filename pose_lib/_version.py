"""The version of the installed package; of sources that are not installed it is not known."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

__all__ = ["__version__"]

try:
    __version__ = version("pose-lib")
except PackageNotFoundError:
    __version__ = "0+unknown"
