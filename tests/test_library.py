"""The package as a library: what an import loads, which names there are, and the examples of the README."""

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from mocap_files import bandai

import pose_lib
from pose_lib import _version, data, extras, geometry, metrics, models
from pose_lib.cli import main
from pose_lib.metrics import mpjpe

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = [pose_lib, geometry, data, metrics, models]
LAZY = [geometry, data, models]

each_package = pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)


def imported_by(statement: str) -> set[str]:
    """Top-level names of the modules that a fresh interpreter has loaded after a statement."""
    code = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def static_imports(package: ModuleType) -> dict[str, str]:
    """What the package's file imports from the project, for type checkers: the modules by name."""
    assert package.__file__ is not None
    found: dict[str, str] = {}
    for node in ast.walk(ast.parse(Path(package.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module != "pose_lib.lazy":
            found |= {name.name: node.module for name in node.names if node.module.startswith("pose_lib")}
    return found


def examples() -> list[str]:
    """The Python blocks of the README, in their order."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import pose_lib; pose_lib.__version__", {"numpy", "torch", "pandas", "scipy", "matplotlib"}),
        ("import pose_lib.cli", {"torch", "pandas", "scipy", "matplotlib", "papermill"}),
        ("import pose_lib; pose_lib.geometry.H36M17; pose_lib.data; pose_lib.models", {"torch", "pandas"}),
        ("import pose_lib; pose_lib.metrics.mpjpe; pose_lib.losses", {"pandas", "scipy", "matplotlib"}),
        ("import pose_lib; pose_lib.models.PoseNet; pose_lib.training", {"pandas", "scipy", "matplotlib"}),
        ("import pose_lib; pose_lib.data.load; pose_lib.data.PoseData", {"scipy", "matplotlib"}),
    ],
)
def test_an_import_loads_only_what_it_needs(statement: str, absent: set[str]) -> None:
    loaded = imported_by(statement)
    assert "pose_lib" in loaded
    assert not loaded & absent


@each_package
def test_every_name_that_a_package_offers_is_there(package: ModuleType) -> None:
    assert package.__all__
    for name in package.__all__:
        assert getattr(package, name) is not None
    assert set(package.__all__) <= set(dir(package))


@each_package
def test_type_checkers_see_what_is_imported(package: ModuleType) -> None:
    static = static_imports(package)
    assert set(static) == set(package.__all__)
    for name, module in static.items():
        assert getattr(package, name) is getattr(importlib.import_module(module), name), name


@pytest.mark.parametrize("package", LAZY, ids=lambda package: package.__name__)
def test_no_lazy_name_is_that_of_a_module(package: ModuleType) -> None:
    modules = {module.name for module in pkgutil.iter_modules(package.__path__)}
    assert modules
    assert not modules & set(package.__all__)


@pytest.mark.parametrize("package", [pose_lib, *LAZY], ids=lambda package: package.__name__)
def test_an_unknown_name_is_refused(package: ModuleType) -> None:
    with pytest.raises(AttributeError, match=f"module '{package.__name__}' has no attribute 'nothing'"):
        _ = package.nothing
    with pytest.raises(ImportError, match="nothing"):
        exec(f"from {package.__name__} import nothing")


def test_the_version_is_that_of_the_package(capfd: pytest.CaptureFixture[str]) -> None:
    assert pose_lib.__version__ == importlib.metadata.version("pose-lib")
    subprocess.run([sys.executable, "-m", "pose_lib", "--version"], cwd=ROOT, check=True)
    assert capfd.readouterr().out == f"pose-lib {pose_lib.__version__}\n"


def test_sources_that_are_not_installed_have_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    with monkeypatch.context() as patched:
        patched.setattr(importlib.metadata, "version", unknown)
        assert importlib.reload(_version).__version__ == "0+unknown"
    assert importlib.reload(_version).__version__ == pose_lib.__version__


def test_a_missing_extra_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    extras.require("test", "pytest")
    monkeypatch.setitem(sys.modules, "sphinx", None)
    with pytest.raises(extras.MissingExtraError, match=r"^sphinx is not .*: pip install 'pose-lib\[book\]'$"):
        extras.require("book", "yaml", "sphinx")
    with pytest.raises(extras.MissingExtraError, match=r"^sphinx, no_such_module are not installed"):
        extras.require("book", "sphinx", "no_such_module")


def test_the_command_names_a_missing_extra(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "jupyter_book", None)
    assert main(["build", "--preset", "smoke"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("pose-lib: jupyter_book is not installed")
    assert said.endswith("pip install 'pose-lib[book]'\n")


def test_the_examples_of_the_readme_are_ten_lines_at_most() -> None:
    assert len(examples()) == 2
    for example in examples():
        assert len([line for line in example.splitlines() if line.strip()]) <= 10


def test_the_first_example_of_the_readme_measures_arrays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    random = np.random.default_rng(0)
    truth = random.normal(0, 300, (40, 17, 3))
    predicted = truth + random.normal(0, 20, truth.shape)
    monkeypatch.chdir(tmp_path)
    np.save("truth.npy", truth)
    np.save("predicted.npy", predicted)
    np.save("sequence.npy", np.arange(40) // 8)
    exec(examples()[0], {})
    said = capsys.readouterr().out
    found = re.match(r"MPJPE ([\d.]+) mm \(([\d.]+) to ([\d.]+)\), PA-MPJPE ([\d.]+) mm\n", said)
    assert found, said
    mean, low, high, aligned = map(float, found.groups())
    assert mean == pytest.approx(float(mpjpe(predicted, truth).mean()), abs=0.05)
    assert low < mean < high
    assert 0 < aligned < mean
    assert all(joint in said for joint in geometry.H36M17.joints)


def test_the_second_example_of_the_readme_trains_on_motion_capture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = tmp_path / "my_capture"
    capture.mkdir()
    for clip in ("one", "two"):
        (capture / f"{clip}.bvh").write_text(bandai(1.0, frames=120), encoding="utf-8")
    (capture / "actions.csv").write_text("clip,action\none,Walking\ntwo,Walking\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POSE_CACHE", str(tmp_path / "cache"))
    short = examples()[1].replace("steps=2000", "steps=3")
    assert short != examples()[1]
    names: dict[str, object] = {}
    exec(short, names)
    truth = names["test"].root_relative()  # type: ignore[attr-defined]
    errors = mpjpe(names["predicted"], truth)  # type: ignore[arg-type]
    assert errors.shape == (len(truth),)
    assert bool(errors.isfinite().all())
