"""Shows the package's own code on a page, beside the equation that it computes."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from typing import Any

from IPython.display import Markdown

__all__ = ["code_of"]


def code_of(*objects: Any) -> Markdown:
    """The source of functions, methods or classes as one block, without docstrings.

    Raises:
        TypeError: an object has no Python source.
        ValueError: an object is private, or belongs to a private class; names it.
    """
    for item in objects:
        name = str(getattr(item, "__qualname__", ""))
        if any(part.startswith("_") and not re.fullmatch(r"__\w+__", part) for part in name.split(".")):
            raise ValueError(
                f"{name} is private, and a page shows public code only: show what calls it, or give it "
                "a name without an underscore"
            )
    blocks = "\n\n".join(_bare(o) for o in objects)
    return Markdown(f"```python\n{blocks}\n```")  # type: ignore[no-untyped-call]


def _bare(item: Any) -> str:
    source = textwrap.dedent(inspect.getsource(item))
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        if ast.get_docstring(node) is not None and len(node.body) > 1:
            first = node.body[0]
            for i in range(first.lineno - 1, first.end_lineno or first.lineno):
                lines[i] = "\0"
    kept = [line for line in lines if line != "\0"]
    # An empty line that followed a docstring now follows the signature.
    tidy = [b for a, b in zip(["", *kept], kept, strict=False) if b.strip() or not a.rstrip().endswith(":")]
    return "\n".join(tidy)
