"""What re-runs a recipe: a loss that it imports, and not a docstring, a claim, or another paper."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pose_lib.bench.fingerprint import DATA_SETS, code_of_recipe, identity
from pose_lib.code_hash import modules_of
from pose_lib.papers import all_papers, find
from pose_lib.storage import digest

PARAMETERS = {"action": "Walking", "seed": 0, "device": "cpu", "precision": "auto", "budget": 1.0}
PACKAGE = Path(__file__).resolve().parents[2] / "pose_lib"

HASHES = """
import json, sys
from pose_lib.code_hash import code_hash, modules_of
papers, stop = json.loads(sys.argv[1])
walked = {name: {m for start in starts for m in modules_of(start, stop)} for name, starts in papers.items()}
print(json.dumps({name: code_hash(modules) for name, modules in walked.items()}))
"""


def hashes(folder: Path) -> dict[str, str]:
    """Of every recipe, with the package of a folder."""
    question = json.dumps([{p.name: p.deciding_modules for p in all_papers()}, DATA_SETS])
    done = subprocess.run(
        [sys.executable, "-c", HASHES, question],
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
    )
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(PACKAGE, folder / "pose_lib", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def edited(copy: Path, file: str, change: Callable[[str], str]) -> set[str]:
    """The papers whose recipe has another hash after a change of a file, which is undone."""
    path = copy / "pose_lib" / file
    before, old = hashes(copy), path.read_text()
    assert change(old) != old, "the change must change something"
    path.write_text(change(old))
    try:
        after = hashes(copy)
    finally:
        path.write_text(old)
    return {name for name in before if before[name] != after[name]}


def test_words_re_run_nothing(copy: Path) -> None:
    claims = edited(
        copy, "papers/tekin_ae/claims.py", lambda s: s.replace("beats direct regression", "is better")
    )
    docstring = edited(copy, "losses.py", lambda s: s.replace('"""', '"""Reworded. ', 1))
    comment = edited(copy, "models/tekin_ae.py", lambda s: s.replace("\n\n\n", "\n\n\n# A comment.\n", 1))
    printed = edited(copy, "papers/park/published.py", lambda s: s.replace("62.64", "62.65"))
    departures = edited(copy, "bench/departures.py", lambda s: s.replace("half of", "a half of"))
    assert claims == docstring == comment == printed == departures == set()


STARTS_FROM = {"structnet": "li_chan"}
"""Room to another one whose recipe it starts from, so that a change there re-runs it as well."""


def test_code_re_runs_the_recipes_that_use_it_and_no_other(copy: Path) -> None:
    def negated(source: str) -> str:
        return source.replace(".square()", ".abs()", 1)

    names = {paper.name for paper in all_papers()}
    using = {n for n in names if "pose_lib.losses" in _walked(n)}
    assert edited(copy, "losses.py", negated) == using
    assert using
    recipe = edited(
        copy, "papers/park/recipe.py", lambda s: s.replace("manual_seed(self.seed)", "manual_seed(7)")
    )
    assert recipe == {"park"}
    first = edited(
        copy, "papers/li_chan/recipe.py", lambda s: s.replace("manual_seed(self.seed)", "manual_seed(7)", 1)
    )
    assert first == {"li_chan", "structnet"}
    loop = edited(copy, "training.py", lambda s: s.replace("value.backward()", "(2 * value).backward()", 1))
    assert loop == names


def _walked(name: str) -> set[str]:
    return {m for module in find(name).deciding_modules for m in modules_of(module, stop=DATA_SETS)}


def test_a_recipe_covers_its_model_its_losses_and_the_loop_but_no_data_set_and_no_words() -> None:
    for paper in all_papers():
        walked = _walked(paper.name)
        assert {"pose_lib.training", "pose_lib.bench.experiment", "pose_lib.bench.run"} <= walked, paper.name
        words = (".claims", ".published", ".presets", ".pages", ".tables")
        assert not [m for m in walked if m.startswith("pose_lib.papers.") and m.endswith(words)], paper.name
        assert "pose_lib.bench.departures" not in walked, paper.name
        assert not [m for m in walked if m.startswith(DATA_SETS)], paper.name
        start = STARTS_FROM.get(paper.name, "")
        assert not start or f"pose_lib.papers.{start}.recipe" in walked
        others = [p.module for p in all_papers() if p.name not in (paper.name, start)]
        assert not [m for m in walked if m.startswith(tuple(others))], paper.name


THREADS = """
import sys, torch
torch.set_num_threads(int(sys.argv[1]))
from pathlib import Path
from pose_lib.bench.run import Run
print(Run("method", {"seed": 0, "device": "cpu"}, "card", root=Path(sys.argv[2])).folder)
"""


def test_one_and_two_threads_get_two_folders(tmp_path: Path) -> None:
    folders = {
        subprocess.run(
            [sys.executable, "-c", THREADS, threads, str(tmp_path)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in "12"
    }
    assert len(folders) == 2


def test_precision_torch_data_and_settings_decide_and_places_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    from pose_lib import training

    def of(data: str = "card", **changes: object) -> str:
        return digest(identity("code", {**PARAMETERS, **changes}, {"size": 64}, data))

    monkeypatch.setattr(training, "_setting", "bf16")
    first = of()
    assert of(data_root="/elsewhere") == of(precision="bf16") == first
    assert len({first, of("other"), of(seed=1), of(budget=0.5)}) == 4
    monkeypatch.setattr(training, "_setting", "float32")
    assert of() != first
    monkeypatch.setattr(training, "_setting", "bf16")
    monkeypatch.setattr("torch.__version__", "99.0")
    assert of() != first


def test_the_code_of_a_recipe_is_the_same_each_time() -> None:
    modules = find("direct").deciding_modules
    assert modules == ("pose_lib.papers.direct",)
    assert code_of_recipe(modules) == code_of_recipe(modules)
