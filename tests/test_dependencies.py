"""What is declared in ``pyproject.toml`` is what is used: imported, or named in a file that runs it."""

from __future__ import annotations

import ast
import json
import sys
import tomllib
from collections.abc import Iterable, Mapping, Set
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

OWN = {"pose_lib", "benchmarks"} | {path.stem for path in (ROOT / "tests").rglob("*")}
DISTRIBUTIONS = {"PIL": "pillow", "websocket": "websocket-client", "yaml": "pyyaml"}
"""Distributions whose name is another than that of the module."""

BOOK = (
    "pose_lib/book/build.py",
    "pose_lib/book/equation_links.py",
    "pose_lib/book/launch.py",
    "pose_lib/book/mime.py",
    "pose_lib/book/source_pages.py",
    "pose_lib/book/sphinx_hooks.py",
    "pose_lib/papers/compare/sphinx_pages.py",
)
"""The modules that turn executed notebooks into pages: they alone may need the extra ``book``."""

HUMAN36M = tuple(f"pose_lib/data/human36m/{name}.py" for name in ("cdf", "masks", "video"))
"""The modules that read the files of Human3.6M: they alone may need the extra ``human36m``."""

RUN_BY_NAME = {
    "axe-core-python": ("tests/book/test_pages.py", '"axe_core_python"'),
    "codespell": ("tests/test_spelling.py", '"codespell_lib"'),
    "ipykernel": ("notebooks/tekin_ae.ipynb", '"name": "python3"'),
    "jupyter-book": ("pose_lib/book/build.py", 'with_name("jupyter-book")'),
    "jupyterlab": ("Makefile", "jupyter lab"),
    "mypy": ("Makefile", "/mypy\n"),
    "nbstripout": ("tests/book/test_book_sources.py", '"nbstripout"'),
    "nbval": ("Makefile", "--nbval-lax"),
    "pandas-stubs": ("pyproject.toml", "[tool.mypy]"),
    "pytest-xdist": ("Makefile", "--dist loadscope"),
    "ruff": ("Makefile", "ruff check"),
    "scipy-stubs": ("pyproject.toml", "[tool.mypy]"),
    "sphinx-book-theme": ("pose_lib/book/build.py", '"sphinx-book-theme"'),
    "sphinx-mathjax-offline": ("pose_lib/book/sphinx_hooks.py", '"sphinx-mathjax-offline"'),
    "types-tqdm": ("pyproject.toml", "[tool.mypy]"),
}
"""What is used without an import: the file that does, and words of it."""


def imports(source: str) -> set[str]:
    """Distributions whose modules a piece of code imports, wherever in it; no standard library."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    tops = {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) - OWN
    return {str(canonicalize_name(DISTRIBUTIONS.get(top, top))) for top in tops}


def imports_of(files: Iterable[Path]) -> set[str]:
    found: set[str] = set()
    for file in files:
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".ipynb":
            cells = json.loads(text)["cells"]
            text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        found |= imports(text)
    return found


def declared(requirements: Iterable[str]) -> set[str]:
    return {str(canonicalize_name(Requirement(line).name)) for line in requirements}


def compare(
    imported: Set[str], own: Set[str], inherited: Set[str], by_name: Mapping[str, object]
) -> tuple[set[str], set[str]]:
    """What is imported and not declared, and what is declared and not used.

    Args:
        imported: by the code that the declaration is for.
        own: distributions of the declaration.
        inherited: those of the declarations that are installed with it.
        by_name: distributions that are used without an import.
    """
    return set(imported - own - inherited), set(own - imported - set(by_name))


PACKAGE = sorted((ROOT / "pose_lib").rglob("*.py"))
FOR_PAGES = [ROOT / name for name in BOOK]
FOR_HUMAN36M = [ROOT / name for name in HUMAN36M]
RUNTIME = [file for file in PACKAGE if file not in (*FOR_PAGES, *FOR_HUMAN36M)] + sorted(
    (ROOT / "notebooks").glob("*.ipynb")
)
TESTS = [*sorted((ROOT / "tests").rglob("*.py")), ROOT / "conftest.py"]
BENCHMARKS = sorted((ROOT / "benchmarks").rglob("*.py"))

DEPENDENCIES = declared(PROJECT["dependencies"])
EXTRAS = {name: declared(lines) for name, lines in PROJECT["optional-dependencies"].items()}


@pytest.mark.parametrize(
    ("files", "own", "inherited"),
    [
        pytest.param(RUNTIME, DEPENDENCIES, set(), id="package"),
        pytest.param(FOR_PAGES, EXTRAS["book"], DEPENDENCIES, id="book"),
        pytest.param(FOR_HUMAN36M, EXTRAS["human36m"], DEPENDENCIES, id="human36m"),
        pytest.param(TESTS, EXTRAS["test"], DEPENDENCIES | EXTRAS["book"] | EXTRAS["human36m"], id="test"),
        pytest.param(BENCHMARKS, set(), DEPENDENCIES | EXTRAS["book"], id="benchmarks"),
        pytest.param([], EXTRAS["lab"], DEPENDENCIES, id="lab"),
    ],
)
def test_declared_is_what_is_used(files: list[Path], own: set[str], inherited: set[str]) -> None:
    missing, unused = compare(imports_of(files), own, inherited, RUN_BY_NAME)
    assert not missing, f"imported, not declared: {missing}"
    assert not unused, f"declared, not used: {unused}"


def test_each_distribution_is_declared_once() -> None:
    lists = [DEPENDENCIES, *(EXTRAS[name] for name in ("book", "human36m", "test", "lab"))]
    assert sum(map(len, lists)) == len(set().union(*lists))
    assert set(EXTRAS) == {"book", "human36m", "test", "lab", "dev"}


@pytest.mark.parametrize("name", sorted(RUN_BY_NAME))
def test_what_is_run_by_name_is_declared_and_named_where_it_is_said(name: str) -> None:
    assert name in set().union(DEPENDENCIES, *EXTRAS.values())
    place, words = RUN_BY_NAME[name]
    assert words in (ROOT / place).read_text(encoding="utf-8")


def test_a_missing_and_an_unused_distribution_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "import json, torch.nn as nn\n"
        "from pose_lib.data import seeds\n"
        "from . import b\n"
        "def f():\n    from PIL.Image import open\n    import matplotlib_inline\n",
        encoding="utf-8",
    )
    cells = [
        {"cell_type": "code", "source": ["import yaml\n", "x = 1"]},
        {"cell_type": "markdown", "source": ["import nothing"]},
    ]
    (tmp_path / "b.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    imported = imports_of(sorted(tmp_path.iterdir()))
    assert imported == {"torch", "pillow", "matplotlib-inline", "pyyaml"}
    own = declared(["torch>=2", "Pillow", "seaborn>=0.13", "Ruff"])
    missing, unused = compare(imported, own, declared(["PyYAML>=6"]), {"ruff": None})
    assert missing == {"matplotlib-inline"}
    assert unused == {"seaborn"}
    assert compare(imported, imported, set(), {}) == (set(), set())
