"""What ``pose-lib new`` writes: a method in one file, and its notebook, both ready to run."""

from __future__ import annotations

import re
from pathlib import Path

from pose_lib.papers import all_papers

__all__ = ["new_method"]


def new_method(name: str, root: Path) -> list[Path]:
    """Write the file and the notebook of a new method, from those of direct regression.

    Args:
        name: of the method: lower-case letters, digits and underscores, a letter first.
        root: the checkout.

    Returns:
        The two files.

    Raises:
        ValueError: it is no such name, or there is a method of that name already.
        FileExistsError: one of the two files is there already; neither is written.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name == "compare":
        raise ValueError(f"{name!r} cannot be a method's name: lower-case letters, digits, _; a letter first")
    if any(paper.name == name for paper in all_papers()):
        raise ValueError(f"there is a method {name!r} already")
    method, notebook = root / "pose_lib" / "papers" / f"{name}.py", root / "notebooks" / f"{name}.ipynb"
    for file in (method, notebook):
        if file.exists():
            raise FileExistsError(f"{file} is there already; remove it or take another name")
    title = name.replace("_", " ").capitalize()
    code = Path(__file__).with_name("direct.py").read_text(encoding="utf-8")
    code = re.sub(r'^""".*?"""', f'"""{title}: say in one line what it does."""', code, flags=re.DOTALL)
    code = code.replace('"Direct regression"', f'"{title}"')
    code = code.replace('"direct"', f'"{name}"').replace('"Direct"', f'"{title}"')
    text = (root / "notebooks" / "_template.ipynb").read_text(encoding="utf-8")
    text = text.replace("{{name}}", name).replace("{{title}}", title)
    method.write_text(code, encoding="utf-8")
    notebook.write_text(text, encoding="utf-8")
    return [method, notebook]
