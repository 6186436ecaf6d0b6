"""Public names of a package that are imported at their first use, so that importing the package is quick."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

__all__ = ["lazy_names"]


def lazy_names(
    package: str, places: Mapping[str, Sequence[str]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The functions ``__getattr__`` and ``__dir__`` of a package whose public names lie in its modules.

    A package assigns the result (PEP 562) and repeats the imports under ``if TYPE_CHECKING``, for type
    checkers and editors, which do not run the code.

    Args:
        package: its ``__name__``.
        places: names by the module of the package that has them; the names under ``""`` are modules
            themselves. No name may be that of a module that holds it: the module would take its place.

    Raises:
        AttributeError: raised by ``__getattr__`` for every other name.
    """
    module_of = {name: module for module, names in places.items() for name in names}

    def get(name: str) -> Any:
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name)
        if not module_of[name]:
            return import_module(f"{package}.{name}")
        value = getattr(import_module(f"{package}.{module_of[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    def listed() -> list[str]:
        return sorted(module_of)

    return get, listed
