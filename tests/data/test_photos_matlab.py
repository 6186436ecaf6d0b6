"""MATLAB files are read in another process, which a damaged file may end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
import pytest
from photo_files import flic_examples
from scipy.io import loadmat, savemat

from pose_lib.data.photos import matlab, matlab_worker
from pose_lib.data.photos.errors import PhotoError
from pose_lib.data.photos.matlab import load_variable

pytestmark = pytest.mark.skipif(os.name != "posix", reason="ends processes by signals")


def same(a: np.ndarray, b: np.ndarray) -> None:
    """Equal in kind, shape and values, in all depths."""
    assert a.shape == b.shape
    assert a.dtype.names == b.dtype.names
    if a.dtype.names:
        for name in a.dtype.names:
            same(a[name], b[name])
    elif a.dtype == object:
        for one, other in zip(a.flat, b.flat, strict=True):
            same(one, other)
    else:
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("compressed", [False, True])
def test_everything_comes_back_as_scipy_reads_it(compressed: bool, tmp_path: Path) -> None:
    cell = np.empty((1, 3), dtype=object)
    cell[0] = [np.eye(2), "text", np.array([[True]])]
    content = {
        "examples": flic_examples(4),
        "cell": cell,
        "deep": {"a": {"b": {"c": np.arange(3, dtype=np.uint16)}}},
        "complex": np.array([[1 + 2j]]),
        "words": np.array(["one", "three"]),
        "umlaut": "Mädchen \u4e16",
        "nothing": np.zeros((0, 4)),
        "none": np.zeros((1, 0), dtype=[("a", "O")]),
        "cube": np.random.default_rng(0).normal(size=(2, 3, 4)).astype(np.float32),
    }
    file = tmp_path / "all.mat"
    savemat(file, content, do_compression=compressed)
    for name in content:
        same(load_variable(file, name), loadmat(file, variable_names=[name])[name])


def test_no_wrong_bit_ends_this_process(tmp_path: Path) -> None:
    file = tmp_path / "examples.mat"
    savemat(file, {"examples": flic_examples(2)})
    whole, rng = file.read_bytes(), Random(0)
    for _ in range(150):
        wrong = bytearray(whole)
        wrong[rng.randrange(len(wrong))] ^= 1 << rng.randrange(8)
        file.write_bytes(wrong)
        with contextlib.suppress(PhotoError):
            load_variable(file, "examples")
    file.write_bytes(whole)
    assert load_variable(file, "examples").shape == (1, 2)


@pytest.fixture
def unsafe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A reading process that files with certain names end, or keep busy; a folder with them."""
    source = Path(matlab_worker.__file__).read_text(encoding="utf-8")
    start = "    body = bytearray()\n"
    assert source.count(start) == 1
    source = source.replace("LIMIT = 120", "LIMIT = 2").replace("\nDEEP =", "\nserved = []\nDEEP =")
    harm = [
        "    import time",
        "    served.append(file)",
        "    if 'deadly' in file or len(served) > 1 and 'disorder' in served[-2]:",
        "        os.kill(os.getpid(), signal.SIGKILL)",
        "    if 'slow' in file:",
        "        time.sleep(60)",
        "    print('a line of a library')",
    ]
    script = tmp_path / "worker.py"
    script.write_text(source.replace(start, start + "\n".join(harm) + "\n"), encoding="utf-8")
    monkeypatch.setattr(matlab_worker, "__file__", str(script))
    monkeypatch.setattr(matlab_worker, "LIMIT", 2)
    monkeypatch.setattr(matlab, "_WORKER", matlab._Worker())
    for name in ("good", "deadly", "slow", "disorder"):
        savemat(tmp_path / f"{name}.mat", {"x": np.eye(2)})
    yield tmp_path
    matlab._WORKER.end()


def test_a_file_that_ends_the_process_is_named_and_the_next_is_read(unsafe: Path) -> None:
    for _ in range(2):
        with pytest.raises(PhotoError, match=r"deadly\.mat: is damaged .* with SIGKILL\); download it again"):
            load_variable(unsafe / "deadly.mat", "x")
        np.testing.assert_array_equal(load_variable(unsafe / "good.mat", "x"), np.eye(2))


def test_a_good_file_is_not_blamed_for_the_one_before(unsafe: Path) -> None:
    load_variable(unsafe / "disorder.mat", "x")
    np.testing.assert_array_equal(load_variable(unsafe / "good.mat", "x"), np.eye(2))


def test_a_file_that_takes_for_ever_is_named(unsafe: Path) -> None:
    with pytest.raises(PhotoError, match=r"slow\.mat: is damaged \(reading it took more than 2 seconds\)"):
        load_variable(unsafe / "slow.mat", "x")
    np.testing.assert_array_equal(load_variable(unsafe / "good.mat", "x"), np.eye(2))


def test_a_reply_that_was_not_awaited_is_not_given_to_the_next(
    unsafe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    savemat(unsafe / "other.mat", {"x": np.zeros((3, 3))})
    worker = matlab._WORKER
    process = worker._running()
    assert process.stdout is not None

    class Interrupted:
        def readline(self) -> bytes:
            raise KeyboardInterrupt

        def close(self) -> None:
            pass

    stdout, process.stdout = process.stdout, Interrupted()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        load_variable(unsafe / "other.mat", "x")
    stdout.close()
    np.testing.assert_array_equal(load_variable(unsafe / "good.mat", "x"), np.eye(2))


def test_a_reading_process_that_cannot_start_is_not_the_files_fault(
    unsafe: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    Path(matlab_worker.__file__).write_text("raise SystemExit('no scipy here')")
    with pytest.raises(RuntimeError, match="ended with code 1 before it read a file"):
        load_variable(unsafe / "good.mat", "x")
    assert "no scipy here" in capfd.readouterr().err


def test_the_reading_process_ends_with_the_one_that_asks(tmp_path: Path) -> None:
    savemat(tmp_path / "good.mat", {"x": np.eye(2)})
    code = (
        "import pathlib, sys, time; from pose_lib.data.photos import matlab\n"
        "matlab.load_variable(pathlib.Path(sys.argv[1]), 'x')\n"
        "print(matlab._WORKER._process.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "good.mat")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as asking:
        assert asking.stdout is not None
        reading = int(asking.stdout.readline())
        os.kill(reading, 0)
        asking.send_signal(signal.SIGKILL)
    until = time.monotonic() + 20
    while _runs(reading):
        assert time.monotonic() < until
        time.sleep(0.05)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def test_what_is_nested_without_end_or_no_array_is_refused(tmp_path: Path) -> None:
    from scipy.sparse import csc_array

    file = tmp_path / "x.mat"
    deep: dict[str, object] = {"x": 1.0}
    for _ in range(30):
        deep = {"x": deep}
    savemat(file, {"x": deep})
    with pytest.raises(PhotoError, match=r"x\.mat: .* more than 16 structs within each other"):
        load_variable(file, "x")
    savemat(file, {"x": csc_array(np.eye(3))})
    with pytest.raises(PhotoError, match=r"x\.mat: .* it holds a csc_"):
        load_variable(file, "x")
