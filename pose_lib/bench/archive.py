"""What a run has shown, in one file that can be sent: its rows, its sequences, and what it belongs to."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from pose_lib.bench.complete import file_of
from pose_lib.bench.evidence import Evidence, Sequences
from pose_lib.bench.row_files import StoredError, read_rows
from pose_lib.storage import written

__all__ = ["read_archive", "write_archive"]

_MEMBERS = ("rows.csv", "sequences.npz")


def write_archive(folder: Path, file: Path) -> Path:
    """Write the rows and sequences of a complete run to a ZIP file, whole or not at all.

    The same run gives the same bytes.

    Raises:
        FileNotFoundError: the folder holds no complete run.
        RunError: a file of the run is missing or damaged; names it.
        StorageError: the file cannot be written.
    """
    members = {name: file_of(folder, name).read_bytes() for name in _MEMBERS}
    members["run.json"] = (folder / "run.json").read_bytes()

    def write(part: Path) -> None:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)

    file.parent.mkdir(parents=True, exist_ok=True)
    return written(file, write)


def read_archive(file: Path) -> Evidence:
    """The rows and sequences of a run that :func:`write_archive` wrote.

    Raises:
        StoredError: the file is damaged, or is no such archive; names it.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            contents = [archive.read(name) for name in _MEMBERS]
    except Exception as error:  # zipfile and what unpacks a member raise errors of many kinds
        raise StoredError(
            f"{file} is no file of `pose-lib run --out`, or is damaged ({error}); delete it and run again"
        ) from error
    with tempfile.TemporaryDirectory(prefix="pose-") as folder:
        places = [Path(folder, name) for name in _MEMBERS]
        for place, content in zip(places, contents, strict=True):
            place.write_bytes(content)
        try:
            rows, sequences = read_rows(places[0]), Sequences.load(places[1])
        except StoredError as error:
            raise StoredError(f"{file}: {error}") from error
    return Evidence(rows, {str(rows["fingerprint"].iloc[0]): sequences})
