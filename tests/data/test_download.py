"""Downloads from a server on this machine: cut connections, wrong hashes, web pages, other versions."""

from __future__ import annotations

import hashlib
import os
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest
from file_server import FileServer, serving

from pose_lib.data.download import BLOCK, DownloadError, download, size_of
from pose_lib.storage import StorageError

BODY = bytes(range(256)) * 4096  # four blocks
HASH = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving({"/a.amc": BODY}) as told:
        yield told


def left(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_file_arrives_whole_and_alone(server: FileServer, tmp_path: Path) -> None:
    seen: list[int] = []
    found = download(f"{server.home}/a.amc", tmp_path / "a", sha256=HASH, progress=seen.append)
    assert found == HASH
    assert (tmp_path / "a").read_bytes() == BODY
    assert left(tmp_path) == ["a"]
    assert seen[-1] == len(BODY)
    assert seen == sorted(seen)
    assert size_of(f"{server.home}/a.amc") == len(BODY)
    assert size_of(f"{server.home}/none.amc") is None


def test_cut_connections_are_continued_where_they_ended(server: FileServer, tmp_path: Path) -> None:
    server.cuts["/a.amc"] = [1000, 300_000, 1]
    download(f"{server.home}/a.amc", tmp_path / "a", sha256=HASH, pause=0)
    assert (tmp_path / "a").read_bytes() == BODY
    starts = [span for _, _, span in server.asked]
    assert starts == ["", "bytes=1000-", "bytes=301000-", "bytes=301001-"]


def test_a_server_that_always_cuts_is_left_and_its_bytes_are_kept(server: FileServer, tmp_path: Path) -> None:
    server.cuts["/a.amc"] = [5000, *[0] * 10]
    with pytest.raises(
        DownloadError, match=r"a\.amc: gave up after 3 attempts .* the same command continues"
    ):
        download(f"{server.home}/a.amc", tmp_path / "a", sha256=HASH, attempts=3, pause=0)
    assert left(tmp_path) == ["a.part", "a.part.json"]
    assert (tmp_path / "a.part").read_bytes() == BODY[:5000]
    server.cuts.clear()
    server.asked.clear()
    download(f"{server.home}/a.amc", tmp_path / "a", sha256=HASH)
    assert [span for _, _, span in server.asked] == ["bytes=5000-"]
    assert left(tmp_path) == ["a"]


def test_a_part_of_another_version_is_not_continued(server: FileServer, tmp_path: Path) -> None:
    server.cuts["/a.amc"] = [5000, 0]
    with pytest.raises(DownloadError):
        download(f"{server.home}/a.amc", tmp_path / "a", attempts=1)
    server.files["/a.amc"], server.tags["/a.amc"] = BODY[::-1], '"2"'
    server.cuts.clear()
    download(f"{server.home}/a.amc", tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == BODY[::-1]


@pytest.mark.parametrize("tag", ["", 'W/"1"'])
def test_without_a_version_a_download_starts_again(server: FileServer, tmp_path: Path, tag: str) -> None:
    server.cuts["/a.amc"], server.tags["/a.amc"] = [5000], tag
    download(f"{server.home}/a.amc", tmp_path / "a", sha256=HASH, pause=0)
    assert [span for _, _, span in server.asked] == ["", ""]


def test_a_part_that_was_damaged_on_the_disk_is_replaced(server: FileServer, tmp_path: Path) -> None:
    server.cuts["/a.amc"] = [5000]
    with pytest.raises(DownloadError):
        download(f"{server.home}/a.amc", tmp_path / "a", attempts=1)
    (tmp_path / "a.part").write_bytes(b"x" * 5000)
    download(f"{server.home}/a.amc", tmp_path / "a", sha256=HASH)
    assert (tmp_path / "a").read_bytes() == BODY


@pytest.mark.parametrize("extra", [b"", b"more"], ids=["whole", "too long"])
def test_a_part_with_nothing_left_to_send(server: FileServer, tmp_path: Path, extra: bytes) -> None:
    server.cuts["/a.amc"] = [5000]
    with pytest.raises(DownloadError):
        download(f"{server.home}/a.amc", tmp_path / "a", attempts=1)
    (tmp_path / "a.part").write_bytes(BODY + extra)
    download(f"{server.home}/a.amc", tmp_path / "a", sha256=HASH, pause=0)
    assert (tmp_path / "a").read_bytes() == BODY


def test_a_wrong_hash_leaves_nothing(server: FileServer, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=rf"its SHA-256 is {HASH}, expected 0000.* nothing of it is kept"):
        download(f"{server.home}/a.amc", tmp_path / "a", sha256="0" * 64)
    assert left(tmp_path) == []


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "text/plain"])
def test_a_web_page_is_no_file(server: FileServer, tmp_path: Path, kind: str) -> None:
    server.files["/a.amc"] = b"\n <!DOCTYPE html><title>Log in to this network</title>"
    server.kinds["/a.amc"] = kind
    with pytest.raises(DownloadError, match="sends a web page instead of the file"):
        download(f"{server.home}/a.amc", tmp_path / "a")
    assert left(tmp_path) == []
    server.kinds["/a.amc"] = "text/html"
    with pytest.raises(DownloadError, match="sends a web page"):
        size_of(f"{server.home}/a.amc")


def test_busy_servers_are_asked_again_and_refusals_are_not(server: FileServer, tmp_path: Path) -> None:
    server.failures["/a.amc"] = [503, 429, 500]
    download(f"{server.home}/a.amc", tmp_path / "a", sha256=HASH, pause=0)
    server.failures["/a.amc"] = [403, 403]
    with pytest.raises(DownloadError, match=r"the server answers 403 Forbidden"):
        download(f"{server.home}/a.amc", tmp_path / "b")
    assert server.failures["/a.amc"] == [403]
    with pytest.raises(DownloadError, match=r"answers 404"):
        download(f"{server.home}/none.amc", tmp_path / "b")


def test_nothing_is_asked_without_https(server: FileServer, tmp_path: Path) -> None:
    for address in ("http://example.org/a.amc", "ftp://example.org/a.amc", "file:///etc/passwd"):
        with pytest.raises(DownloadError, match="not an address with https"):
            download(address, tmp_path / "a")
    server.moved["/a.amc"] = "http://example.org/a.amc"
    with pytest.raises(DownloadError, match="not an address with https"):
        download(f"{server.home}/a.amc", tmp_path / "a")
    server.moved["/a.amc"] = f"{server.home}/b.amc"
    server.files["/b.amc"] = b"moved"
    download(f"{server.home}/a.amc", tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"moved"


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with serving({}) as told:
        gone = told.home
    with pytest.raises(DownloadError, match=r"gave up after 2 attempts"):
        size_of(f"{gone}/a.amc", attempts=2, pause=0)


def test_a_certificate_that_is_not_valid_is_final(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "unable to get local issuer certificate"
    asked: list[str] = []

    def refuse(url: str, *_: object) -> None:
        asked.append(url)
        raise urllib.error.URLError(error)

    monkeypatch.setattr("pose_lib.data.download._open", refuse)
    with pytest.raises(DownloadError, match=r"certificate .* is not valid \(unable to get local issuer"):
        download("https://example.org/a.amc", tmp_path / "a")
    assert len(asked) == 1


def test_a_folder_that_cannot_be_written_is_named(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "a.part").mkdir()
    with pytest.raises((StorageError, OSError), match=r"a\.part"):
        download(f"{server.home}/a.amc", tmp_path / "a")


def test_a_killed_download_is_continued(server: FileServer, tmp_path: Path) -> None:
    server.files["/a.amc"] = BODY * 40
    code = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom pose_lib.data.download import download\n"
        f"stop = lambda n: n >= {4 * BLOCK} and os.kill(os.getpid(), signal.SIGKILL)\n"
        "download(sys.argv[1], Path(sys.argv[2]), progress=stop)\n"
    )
    command = [sys.executable, "-c", code, f"{server.home}/a.amc", str(tmp_path / "a")]
    assert subprocess.run(command, env=os.environ, check=False).returncode == -signal.SIGKILL
    time.sleep(0.05)
    there = (tmp_path / "a.part").stat().st_size
    assert 0 < there < len(BODY) * 40
    server.asked.clear()
    download(f"{server.home}/a.amc", tmp_path / "a", sha256=hashlib.sha256(BODY * 40).hexdigest())
    assert server.asked[0][2] == f"bytes={there}-"
