"""Files that are whole or not there, locks, reserved space, and leftovers of killed processes."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from pose_lib import storage
from pose_lib.storage import StorageError, leftovers, locked, reserve, unfinished, writing, written


def dead() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def part_of(file: Path, process: int, host: str = "") -> Path:
    host = host or socket.gethostname().replace(".", "-")
    return file.with_name(f".{file.name}.{host}.{process}.01234567.part")


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    file = written(tmp_path / "rows.csv", lambda part: part.write_text("old"))

    def fails(part: Path) -> None:
        part.write_text("ne")
        raise KeyError("no such row")

    with pytest.raises(KeyError):
        written(file, fails)
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_two_writes_at_once_have_names_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "x.pt"

    def first(part: Path) -> None:
        part.write_text("first")
        written(file, lambda other: other.write_text("second"))
        assert part.read_text() == "first"

    written(file, first)
    assert file.read_text() == "first"
    assert list(tmp_path.iterdir()) == [file]


def test_what_killed_processes_left_is_removed_and_what_others_write_is_not(tmp_path: Path) -> None:
    file = tmp_path / "x.pt"
    old, live, other_file = part_of(file, dead()), part_of(file, os.getpid()), part_of(tmp_path / "y", dead())
    remote, stale = part_of(file, dead(), "elsewhere"), part_of(file, dead(), "far-away")
    for part in (old, live, other_file, remote, stale):
        part.write_text("half")
    os.utime(stale, (time.time() - 3 * storage.DAY,) * 2)
    folder = part_of(file, dead()).with_name(part_of(file, dead()).name.replace("01234567", "89abcdef"))
    folder.mkdir()
    (folder / "images.npy").touch()
    assert set(leftovers(file)) == {old, stale, folder}
    written(file, lambda part: part.write_text("whole"))
    assert set(tmp_path.iterdir()) == {file, live, other_file, remote}


def test_unfinished_names_differ_and_lie_beside_their_place(tmp_path: Path) -> None:
    names = {unfinished(tmp_path / "set") for _ in range(10)}
    assert len(names) == 10
    assert {name.parent for name in names} == {tmp_path}
    assert not any(storage.is_abandoned(name) for name in names)


def test_reserved_space_is_really_there(tmp_path: Path) -> None:
    file = tmp_path / "images.npy"
    reserve(file, 300_000, b"head")
    assert file.stat().st_size == 300_000
    assert file.stat().st_blocks * 512 >= 300_000
    assert file.read_bytes()[:6] == b"head\0\0"


def test_reserved_space_without_the_system_call_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "posix_fallocate", raising=False)
    monkeypatch.setattr(storage, "BLOCK", 1000)
    reserve(tmp_path / "x", 2_500, b"head")
    assert (tmp_path / "x").read_bytes() == b"head" + bytes(2_496)


def test_too_little_space_is_said_beforehand_with_how_much_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000_000_000))
    said = r"cannot write .*images\.npy \(No space left on device: 2\.5 GB are needed, 1\.0 GB are free\)"
    with pytest.raises(StorageError, match=said + r".*POSE_CACHE"):
        reserve(tmp_path / "images.npy", 2_500_000_000)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.EPERM, errno.ENOSPC])
def test_a_place_that_cannot_be_written_is_named(number: int, tmp_path: Path) -> None:
    with (
        pytest.raises(StorageError, match=r"cannot write .*rows\.csv .*POSE_RUNS"),
        writing(tmp_path / "rows.csv"),
    ):
        raise OSError(number, os.strerror(number))
    with pytest.raises(IsADirectoryError), writing(tmp_path):
        raise OSError(errno.EISDIR, "another kind of error is left as it is")


def test_a_lock_is_released_by_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError), locked(tmp_path / "locks" / "x", "working"):
        raise KeyError
    with locked(tmp_path / "locks" / "x", "working"):
        pass


def test_a_digest_depends_on_content_and_not_on_the_order_of_names() -> None:
    digest = storage.digest({"b": [1, 2.5], "a": "ü"})
    assert digest == storage.digest({"a": "ü", "b": [1, 2.5]})
    assert len(digest) == 64
    assert (
        len({digest, storage.digest({"a": "ü", "b": [2.5, 1]}), storage.digest({"a": "u", "b": [1, 2.5]})})
        == 3
    )
    assert storage.digest({"at": Path("x")}) == storage.digest({"at": "x"})
