"""The package's code as a page shows it."""

from __future__ import annotations

import pytest

from pose_lib.book.code import code_of
from pose_lib.metrics import mpjpe
from pose_lib.models.deeppose import Diameter


class Shown:
    """A docstring."""

    def area(self, side: float) -> float:
        """Another docstring.

        It has several lines.
        """

        return side * side

    def _half(self) -> float:
        """Private."""
        return 0.5


class _Hidden:
    def forward(self) -> int:
        return 1


def test_code_is_shown_without_docstrings() -> None:
    text = str(code_of(Shown.area, mpjpe).data)
    assert text.startswith(
        "```python\ndef area(self, side: float) -> float:\n    return side * side\n\ndef mpjpe("
    )
    assert text.endswith("\n```")
    assert '"""' not in text


def test_dunder_methods_are_shown_and_private_objects_refused() -> None:
    assert "def __call__" in str(code_of(Diameter.__call__).data)
    with pytest.raises(ValueError, match=r"Shown\._half is private"):
        code_of(Shown.area, Shown._half)
    for hidden in (_Hidden, _Hidden.forward):
        with pytest.raises(ValueError, match=r"_Hidden.* is private"):
            code_of(hidden)


def test_what_has_no_source_is_refused() -> None:
    with pytest.raises(TypeError):
        code_of(len)
