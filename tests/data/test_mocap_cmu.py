"""CMU's clips, fetched from a server on this machine."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from file_server import FileServer, serving
from mocap_files import ASF

from pose_lib import cli
from pose_lib.data.download import DownloadError
from pose_lib.data.mocap import cmu
from pose_lib.data.mocap.actions import CMU, cmu_takes
from pose_lib.data.mocap.clips import find_clips
from pose_lib.data.mocap.recording import MocapError
from pose_lib.data.synthetic.motion import ACTIONS

AMC = b"# a comment\n:FULLY-SPECIFIED\n:DEGREES\n1\nroot 0 0 0 0 0 0\n"


@pytest.fixture
def server() -> Iterator[FileServer]:
    files = {"/36/36.asf": ASF.encode(), "/37/37.asf": ASF.encode(), "/37/37_01.amc": AMC}
    files |= {f"/36/36_{take:02d}.amc": AMC + bytes([take]) for take in (2, 3)}
    with serving(files) as told:
        yield told


def test_the_plan_is_the_subjects_skeletons_and_their_known_clips() -> None:
    assert cmu.wanted([37, 2], ["Walking"]) == [
        "02/02.asf",
        "02/02_01.amc",
        "02/02_02.amc",
        "37/37.asf",
        "37/37_01.amc",
    ]
    assert len(cmu.wanted([2])) == 11  # all ten clips and the skeleton
    assert {name[:2] for name in cmu.wanted([], ["Phoning"])} == {"79", "80"}
    with pytest.raises(ValueError, match=r"no clips of 'Juggling'; it has: Walking"):
        cmu.wanted([2], ["Juggling"])
    with pytest.raises(ValueError, match=r"subject 999 .* those that do: 1 2 5"):
        cmu.wanted([999])
    with pytest.raises(ValueError, match=r"allasfamc\.zip"):
        cmu.wanted([])


def test_the_table_describes_every_action_of_human36m_that_cmu_has() -> None:
    table = cmu.actions_table()
    assert set(table.index) == set(CMU) & set(ACTIONS)
    assert set(ACTIONS) - set(table.index) == {"Posing", "WalkingDog"}
    assert table["clips"].sum() == sum(action in ACTIONS for action in cmu_takes().values())
    assert (table["clips"] >= table["subjects"]).all()


def test_a_folder_is_filled_and_filled_again(server: FileServer, tmp_path: Path) -> None:
    names = cmu.wanted([36, 37])
    files = cmu.plan(names, tmp_path, server.home)
    missing = {file.name for file in files if file.size is None}
    assert missing == {"36/36_09.amc"}  # a clip that its home does not have is left out
    assert cmu.fetch(files, tmp_path, server.home) == sum(file.size or 0 for file in files)
    for name in set(names) - missing:
        assert (tmp_path / name).read_bytes() == server.files[f"/{name}"]
    sums = (tmp_path / "SHA256SUMS").read_text().splitlines()
    assert sums == sorted(sums, key=lambda line: line[66:])
    assert f"{hashlib.sha256(AMC).hexdigest()}  37/37_01.amc" in sums
    assert [entry.path.name for entry in find_clips(tmp_path)] == ["36_02.amc", "36_03.amc", "37_01.amc"]

    server.asked.clear()
    (tmp_path / "37/37_01.amc").write_bytes(b"damaged")
    files = cmu.plan(names, tmp_path, server.home)
    assert [file.name for file in files if not file.there and file.size] == ["37/37_01.amc"]
    cmu.fetch(files, tmp_path, server.home)
    assert (tmp_path / "37/37_01.amc").read_bytes() == AMC
    assert {path for _, path, _ in server.asked} == {"/37/37_01.amc", "/36/36_09.amc"}


def test_what_changes_at_its_home_is_not_taken_unasked(server: FileServer, tmp_path: Path) -> None:
    cmu.fetch(cmu.plan(["37/37_01.amc"], tmp_path, server.home), tmp_path, server.home)
    (tmp_path / "37/37_01.amc").unlink()
    server.files["/37/37_01.amc"] = AMC + b"# changed\n"
    files = cmu.plan(["37/37_01.amc"], tmp_path, server.home)
    with pytest.raises(DownloadError, match=r"expected .*--accept-changed"):
        cmu.fetch(files, tmp_path, server.home)
    assert not (tmp_path / "37/37_01.amc").exists()
    cmu.fetch(files, tmp_path, server.home, accept_changed=True)
    assert cmu.plan(["37/37_01.amc"], tmp_path, server.home)[0].there


def test_known_hashes_count_at_the_first_download(server: FileServer, tmp_path: Path) -> None:
    server.files["/02/02_01.amc"] = AMC
    with pytest.raises(DownloadError, match=rf"expected {cmu.KNOWN['02/02_01.amc']}"):
        cmu.fetch(cmu.plan(["02/02_01.amc"], tmp_path, server.home), tmp_path, server.home)
    assert set(cmu.KNOWN) >= {"01/01.asf", "02/02.asf", "11/11.asf"}


def test_known_hashes_are_those_of_real_files(shared_data: Path) -> None:
    root = shared_data / "mocap" / "cmu"
    if not root.is_dir():
        pytest.skip(f"no motion capture at {root}")
    files = [file for file in root.rglob("*") if file.suffix in (".asf", ".amc")]
    found = {f"{f.stem[:2]}/{f.name}": hashlib.sha256(f.read_bytes()).hexdigest() for f in files}
    assert found == dict(cmu.KNOWN)


def test_files_of_another_kind_are_refused(server: FileServer, tmp_path: Path) -> None:
    server.files["/37/37_01.amc"] = b"PK\x03\x04 an archive"
    with pytest.raises(DownloadError, match=r"begins with b'PK.*not like motion capture"):
        cmu.fetch(cmu.plan(["37/37_01.amc"], tmp_path, server.home), tmp_path, server.home)
    server.files["/37/37.asf"] = ASF[:300].encode()
    with pytest.raises(MocapError, match=r"37\.asf"):
        cmu.fetch(cmu.plan(["37/37.asf"], tmp_path, server.home), tmp_path, server.home)
    assert not cmu.plan(["37/37.asf"], tmp_path, server.home)[0].there
    (tmp_path / "SHA256SUMS").write_text("what\n")
    with pytest.raises(ValueError, match=r"SHA256SUMS, line 1: expected a SHA-256"):
        cmu.plan(["37/37.asf"], tmp_path, server.home)


def test_the_command_shows_terms_and_sizes_before_it_downloads(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for function in (cmu.plan, cmu.fetch):
        defaults = tuple(server.home if value == cmu.HOME else value for value in function.__defaults__)
        monkeypatch.setattr(function, "__defaults__", defaults)
    root = tmp_path / "clips"
    command = ["data", "fetch", "cmu", "--subjects", "37", "--root", str(root)]
    assert cli.main([*command, "--list"]) == 0
    shown = capsys.readouterr().out
    assert "free for all uses" in shown
    assert "may not resell this data directly, even in converted form" in shown
    assert "0.00 MB  37/37_01.amc" in shown
    assert not root.exists()
    assert cli.main(command) == 0
    assert (root / "37/37_01.amc").read_bytes() == AMC
    assert cli.main([*command, "--actions", "Juggling"]) == 1
    assert "no clips of 'Juggling'" in capsys.readouterr().err


def test_where_its_home_fails_the_archive_is_named(server: FileServer, tmp_path: Path) -> None:
    server.kinds["/37/37_01.amc"] = "text/html"
    with pytest.raises(DownloadError, match=r"sends a web page.*allasfamc\.zip"):
        cmu.plan(["37/37_01.amc"], tmp_path, server.home)
    assert not list(tmp_path.iterdir())


def test_importing_and_planning_ask_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "create_connection", refuse)
    cmu.wanted([2, 7])
    cmu.actions_table()
    assert cmu.HOME.startswith("https://mocap.cs.cmu.edu/")
