"""What the package can do only with more than its dependencies, and the command that installs the rest."""

from __future__ import annotations

from importlib.util import find_spec

__all__ = ["MissingExtraError", "require"]


class MissingExtraError(ImportError):
    """A module of an optional extra is not installed; the message has the command that installs it."""


def require(extra: str, *modules: str) -> None:
    """Check that the modules of an extra are installed, without importing them.

    Args:
        extra: name of the extra in ``pyproject.toml``, such as ``book``.
        modules: top-level names that are imported, such as ``sphinx``.

    Raises:
        MissingExtraError: some are not installed; says which, and how to install them.
    """
    missing = [module for module in modules if find_spec(module) is None]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise MissingExtraError(
            f"{', '.join(missing)} {verb} not installed; install what is missing with: "
            f"pip install 'pose-lib[{extra}]'"
        )
