"""The house: imports go down only, a paper is a room, and bench and book know none by name."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from pose_lib.papers import all_papers

PACKAGE = Path(__file__).resolve().parents[1] / "pose_lib"

FLOORS = {
    "paths": 0,
    "progress": 0,
    "memory": 0,
    "code_hash": 0,
    "cores": 0,
    "lazy": 0,
    "extras": 0,
    "storage": 1,
    "averaging": 2,
    "checkpoints": 2,
    "image_store": 2,
    "geometry": 2,
    "data": 3,
    "metrics": 4,
    "losses": 4,
    "training_state": 4,
    "training": 5,
    "batches": 5,
    "models": 6,
    "bench": 7,
    "book": 8,
    "papers": 9,
    "cli_data": 10,
    "cli_evaluate": 10,
    "cli_predict": 10,
    "cli": 11,
    "__main__": 12,
}
"""Part of the package to its floor; a module may import from its own floor's part and from lower floors."""
BESIDE = {("training", "batches"), ("batches", "training")}
"""Parts of one floor that may import each other."""


def part_of(module: str) -> str:
    """``models`` of ``pose_lib.models.park``."""
    return module.split(".")[1]


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts)


def imported(file: Path) -> set[str]:
    """Modules of the package that a file imports, also inside functions and for type checking."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = {f"pose_lib.{alias.name}" for alias in node.names}
            found |= names if node.module == "pose_lib" else {node.module}
    return {name for name in found if name.startswith("pose_lib.") and not name.endswith("__version__")}


def upward(arrows: dict[str, set[str]]) -> list[str]:
    """The arrows from a module to one on a floor above it, or to another part of its own floor."""
    wrong = []
    for module, targets in arrows.items():
        for target in targets:
            here, there = part_of(module), part_of(target)
            if here != there and (here, there) not in BESIDE and FLOORS[there] >= FLOORS[here]:
                wrong.append(f"{module} -> {target}")
    return sorted(wrong)


FILES = [f for f in sorted(PACKAGE.rglob("*.py")) if f != PACKAGE / "__init__.py"]


def test_every_arrow_runs_down() -> None:
    assert upward({module_of(f): imported(f) for f in FILES}) == []


def test_an_arrow_that_runs_up_is_found() -> None:
    assert upward({"pose_lib.models.park": {"pose_lib.bench.run", "pose_lib.losses"}}) == [
        "pose_lib.models.park -> pose_lib.bench.run"
    ]
    assert upward({"pose_lib.metrics.mpjpe": {"pose_lib.losses"}}) == [
        "pose_lib.metrics.mpjpe -> pose_lib.losses"
    ]


def test_no_data_set_knows_a_model_and_no_model_a_data_set() -> None:
    sets = ("pose_lib.data.synthetic", "pose_lib.data.mocap", "pose_lib.data.photos", "pose_lib.data.catalog")
    for file in (PACKAGE / "models").rglob("*.py"):
        assert not {m for m in imported(file) if m.startswith(sets)}, file


def test_bench_and_book_name_no_paper() -> None:
    names = re.compile("|".join(p.name for p in all_papers() if p.year < 9999) + r"|pose_lib\.papers")
    for folder in ("bench", "book"):
        for file in (PACKAGE / folder).rglob("*.py"):
            assert not names.search(file.read_text(encoding="utf-8")), file


def test_a_room_imports_no_other_rooms_pages() -> None:
    rooms = {p.name: p.module for p in all_papers()}
    for name, module in rooms.items():
        folder = PACKAGE / "papers" / name
        for file in folder.rglob("*.py") if folder.is_dir() else ():
            for target in imported(file):
                other = [n for n, m in rooms.items() if n != name and target.startswith(f"{m}.")]
                parts = ("pages", "tables", "probes", "claims")
                assert not (other and target.endswith(parts)), f"{module_of(file)} -> {target}"
        assert module.startswith("pose_lib.papers")


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_a_file_is_one_concept(file: Path) -> None:
    length = len(file.read_text(encoding="utf-8").splitlines())
    assert length <= 300, f"{file.name} has {length} lines: is it still one concept?"
