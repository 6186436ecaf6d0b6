"""What the book is made of: pages that exist, clean notebooks, versions that agree."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys

import pytest
import yaml

from pose_lib.book.build import BOOK_ROOT, chapters

NOTEBOOKS = sorted((BOOK_ROOT / "notebooks").glob("*.ipynb"))
PROSE = [*sorted((BOOK_ROOT / "book").rglob("*.md")), BOOK_ROOT / "README.md"]
ALLOWED_HOSTS = {"download.pytorch.org"}  # named in the README for readers to type, never asked by a page

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
each_page = pytest.mark.parametrize("path", PROSE, ids=lambda path: str(path.relative_to(BOOK_ROOT)))


def listed_pages() -> list[str]:
    text = (BOOK_ROOT / "_toc.yml").read_text(encoding="utf-8")
    return re.findall(r"(?:file|root): *(\S+)", text)


def test_every_page_of_the_contents_exists_and_every_page_is_listed() -> None:
    pages = listed_pages()
    missing = [p for p in pages if not list(BOOK_ROOT.glob(f"{p}.md")) + list(BOOK_ROOT.glob(f"{p}.ipynb"))]
    assert not missing
    files = [p for p in (*PROSE[:-1], *NOTEBOOKS) if not p.name.startswith("_")]  # no page of a template
    written = {str(p.relative_to(BOOK_ROOT).with_suffix("")) for p in files}
    assert written == set(pages)
    assert chapters() == [page for page in pages if page.startswith("notebooks/")]


def test_every_public_module_has_its_place_in_the_reference() -> None:
    named = set()
    for page in (BOOK_ROOT / "book/api").glob("*.md"):
        named |= set(re.findall(r"automodule:: (\S+)", page.read_text(encoding="utf-8")))
    modules = {
        ".".join(path.relative_to(BOOK_ROOT).with_suffix("").parts)
        for path in (BOOK_ROOT / "pose_lib").rglob("*.py")
        if not path.name.startswith("_")
    }
    packages = {m.rpartition(".")[0] for m in modules}
    assert modules <= named <= modules | packages, (
        "each module has an `automodule` in a page of book/api, and no page names another"
    )


@each_page
def test_prose_names_no_other_host(path) -> None:
    text = path.read_text(encoding="utf-8")
    hosts = set(re.findall(r"https?://([^/\s)\"'`]+)", text))
    assert hosts <= ALLOWED_HOSTS


@each_page
def test_prose_has_no_results_typed_by_hand(path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\d(?:\.\d+)?\s?(?:mm|millimetres|%|per cent)\b", text)


@each_notebook
def test_notebooks_are_clean_in_git(path) -> None:
    check = subprocess.run(
        [sys.executable, "-m", "nbstripout", "--keep-id", "--verify", str(path)],
        capture_output=True,
        text=True,
    )
    assert check.returncode == 0, check.stdout + check.stderr


@each_notebook
def test_notebooks_have_stable_ids_short_cells_and_the_plain_kernel(path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    identities = [cell["id"] for cell in notebook["cells"]]
    assert len(set(identities)) == len(identities)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert len("".join(cell["source"]).splitlines()) <= 45, cell["id"]


@each_notebook
def test_parameters_are_literals_in_one_cell_that_papermill_can_read(path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", ())]
    assert len(tagged) == 1
    source = "".join(tagged[0]["source"])
    for statement in ast.parse(source).body:
        assert isinstance(statement, ast.Assign | ast.AnnAssign)
        ast.literal_eval(statement.value)
    # papermill --help-notebook loses a parameter whose comment has an equals sign
    assert not [line for line in source.splitlines() if "=" in line.partition("#")[2]]


def test_citations_are_in_the_bibliography() -> None:
    known = set(re.findall(r"@\w+\{(\w+),", (BOOK_ROOT / "book/references.bib").read_text(encoding="utf-8")))
    assert len(known) >= 20
    texts = [path.read_text(encoding="utf-8") for path in PROSE]
    for path in NOTEBOOKS:
        texts += ["".join(c["source"]) for c in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    for text in texts:
        for keys in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", text):
            assert set(re.split(r",\s*", keys)) <= known


def test_conda_and_pip_install_the_same() -> None:
    environment = yaml.safe_load((BOOK_ROOT / "environment.yml").read_text(encoding="utf-8"))
    (lines,) = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    assert lines == ["-c constraints.txt", "-e .[dev]"]


def test_constraints_pin_every_direct_dependency_within_its_range() -> None:
    import tomllib

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    project = tomllib.loads((BOOK_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (BOOK_ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins: dict[str, str] = {}
    for line in lines:
        if line and not line.startswith("#"):
            pin = Requirement(line)
            (version,) = pin.specifier
            assert version.operator == "==", line
            pins[canonicalize_name(pin.name)] = version.version
    extras = project["optional-dependencies"]
    direct = [*project["dependencies"], *extras["book"], *extras["test"], *extras["lab"]]
    for requirement in map(Requirement, direct):
        pinned = pins[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(pinned), f"{requirement} but {pinned} is pinned"
