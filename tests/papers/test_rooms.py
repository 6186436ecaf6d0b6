"""Papers are found without being told, and each has what it needs; other packages bring theirs along."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pose_lib.bench.execute import notebook_parameters
from pose_lib.bench.parameters import PARAMETERS
from pose_lib.bench.rows import split_key
from pose_lib.cli import main
from pose_lib.papers import all_papers, find

ROOT = Path(__file__).resolve().parents[2]
PAPERS = [p for p in all_papers() if p.year < 9999]

each = pytest.mark.parametrize("paper", all_papers(), ids=lambda paper: paper.name)


def test_the_papers_and_the_worked_method_are_found_in_order() -> None:
    names = [paper.name for paper in all_papers()]
    assert names == [
        "deeppose", "hmlpe", "li_chan", "linkde", "structnet", "park", "tekin_ae",
        "direct", "heat_maps", "integral", "lifting",
    ]  # fmt: skip
    with pytest.raises(KeyError, match="no paper 'resnet'; there are: deeppose"):
        find("resnet")


@each
def test_every_paper_has_a_notebook_with_the_same_parameters(paper) -> None:
    assert notebook_parameters(ROOT / paper.notebook) == PARAMETERS
    plain = ["smoke", "quick", "long", "paper"]
    assert list(paper.presets) == [*plain, *(f"{name}-equal" for name in plain if paper.kind == "3d")]
    for preset in paper.presets.values():
        assert preset.test_step % preset.step == 0
        assert preset.scaled(0.01).departures[-1].startswith("The budget is 0.01")
        assert len(set(preset.departures)) == len(preset.departures)
        assert all(words.endswith(".") for words in preset.departures)


@each
def test_names_agree_within_a_room(paper) -> None:
    systems = {split_key(key)[0] for key in paper.systems}
    assert {split_key(key)[0] for key in paper.compared} <= systems
    assert paper.module.endswith(paper.name)
    assert paper.all_modules[0] == paper.module
    keys = [claim.key for claim in paper.claims]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_a_published_paper_has_claims_numbers_and_ideas(paper) -> None:
    assert paper.claims
    assert paper.published
    assert paper.ideas
    assert paper.citation in (ROOT / "book" / "references.bib").read_text(encoding="utf-8")
    assert all(comparison.metric for claim in paper.claims for comparison in claim.comparisons)


def test_the_command_lists_them_and_explains_what_it_cannot_do(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["list"]) == 0
    listed = capsys.readouterr().out
    assert all(paper.name in listed for paper in all_papers())
    assert main(["run", "resnet"]) == 1
    assert "tekin_ae" in capsys.readouterr().err
    assert main(["run", "tekin_ae", "-p", "actoin", "Walking"]) == 1
    assert "it has: action, dataset" in capsys.readouterr().err
    assert main(["keep", str(tmp_path)]) == 1
    assert "no complete run" in capsys.readouterr().err


PLUGIN = """
from pose_lib.bench.paper import Paper

PAPER = Paper(name="lookup", module=__name__, title="A look-up table", systems=("Mean pose", "Table"))
"""


def test_a_package_registers_its_method(tmp_path: Path) -> None:
    """A tiny package, installed as a wheel would be: its module, and its metadata with the entry point."""
    site = tmp_path / "site"
    info = site / "pose_lookup-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "pose_lookup.py").write_text(PLUGIN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pose-lookup\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[pose_lib.papers]\nlookup = pose_lookup\n")
    environment = {**os.environ, "PYTHONPATH": str(site)}

    def run(code: str) -> str:
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout

    assert "lookup: A look-up table" in run("from pose_lib.cli import main; main(['list'])")
    code = "from pose_lib.papers import find; p = find('lookup'); print(p.deciding_modules, *p.presets)"
    assert run(code).startswith("('pose_lookup',) smoke quick long paper smoke-equal")
    same = "from pose_lib.bench.fingerprint import code_of_recipe as c; print(c(('pose_lookup',)))"
    before = run(same)
    (site / "pose_lookup.py").write_text(PLUGIN.replace('"Table")', '"Table") + ()'))
    assert run(same) != before


def test_a_registered_module_without_a_paper_is_named(tmp_path: Path) -> None:
    info = tmp_path / "bad-1.0.dist-info"
    info.mkdir()
    (tmp_path / "bad_method.py").write_text("x = 1\n")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bad\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[pose_lib.papers]\nbad = bad_method\n")
    code = "from pose_lib.cli import main; raise SystemExit(main(['list']))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "bad_method has no value PAPER" in done.stderr
