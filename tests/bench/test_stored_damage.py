"""Damaged files of results are refused by name and line, and those in the repository are whole."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pose_lib.bench.evidence import RUN, Sequences
from pose_lib.bench.row_files import StoredError, read_rows
from pose_lib.bench.rows import COLUMNS, constant_row, frame, with_text
from pose_lib.bench.stored import stored
from pose_lib.papers import all_papers

ABOUT = {
    "paper": "method",
    "dataset": "synthetic",
    "action": "Walking",
    "preset": "quick",
    "budget": 1.0,
    "precision": "bf16",
    "seed": 0,
    "controls": False,
    "fingerprint": "0123456789ab",
    "commit": "1e5",
    "threads": 1,
}


def table() -> str:
    """A file of three rows."""
    rows = [
        constant_row("CNN", "mpjpe", "mm", 12.5, 7, (11.25, 14.0)),
        constant_row(("CNN", "wide"), "mpjpe", "mm, mean", 10.5, 7),
        constant_row("CNN", "mpjpe", "paired", 2.0, 7, (-1.0, 3.0), against=("CNN", "wide")),
    ]
    return str(frame(rows).assign(**ABOUT).to_csv(index=False))


def changed(column: str, value: str, line: int = 3) -> str:
    """The table with another value in a column of one of its lines."""
    rows = pd.read_csv(io.StringIO(table()), dtype=str, keep_default_na=False)
    rows.loc[line - 2, column] = value
    return str(rows.to_csv(index=False))


def refused(file: Path, content: bytes | str) -> str:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(StoredError) as caught:
        read_rows(file)
    message = str(caught.value)
    assert str(file) in message
    assert "restore the file" in message
    return message


@pytest.mark.parametrize("paper", all_papers(), ids=lambda paper: paper.name)
def test_the_rows_of_the_repository_are_whole_and_unchanged_by_the_checks(paper) -> None:
    folder = Path(__file__).parents[2] / "results"
    file = folder / f"{paper.name}.csv"
    if not file.is_file():
        pytest.skip("nothing is kept of it")
    names = ("fingerprint", "commit", "code", "settings", "data", "data_code", "setting", "against")
    read = pd.read_csv(file, dtype=dict.fromkeys(names, str))
    made = {name: read[name].fillna("") for name in names[2:6] if name in read}
    expected = with_text(read.assign(**made))
    pd.testing.assert_frame_equal(stored(paper.name, folder).rows, expected, check_exact=True)


def test_a_whole_table_is_read_also_with_the_line_ends_and_the_mark_of_a_spreadsheet(tmp_path: Path) -> None:
    file = tmp_path / "method.csv"
    file.write_text(table(), encoding="utf-8", newline="")
    rows = read_rows(file)
    assert rows["commit"].tolist() == ["1e5"] * 3, "text stays text"
    assert rows["setting"].tolist() == ["", "wide", ""]
    assert rows["std"].isna().all()
    for content in (table().replace("\n", "\r\n"), "\ufeff" + table()):
        file.write_text(content, encoding="utf-8", newline="")
        pd.testing.assert_frame_equal(read_rows(file), rows)
    file.write_text(changed("action", "NA").replace("Walking", "NA"), encoding="utf-8")
    assert set(read_rows(file)["action"]) == {"NA"}, "a name, and no missing value"


@pytest.mark.parametrize("column", ["value", "low", "high", "std", "budget"])
@pytest.mark.parametrize(
    "value", ["x", "inf", "-inf", "nan", "1e999", "1,5", "1_0", "٣", "0x1", " 1", "12.5.1"]
)
def test_a_number_that_is_none_is_named_with_its_line(tmp_path: Path, column: str, value: str) -> None:
    message = refused(tmp_path / "method.csv", changed(column, value))
    assert f"line 3: {column} is {value!r}, expected a finite number" in message


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("value", "", "a row without a value"),
        ("low", "", "low is '', expected a finite number"),
        ("high", "", "high is '', expected a finite number"),
        ("low", "10.6", "low is above high"),
        ("std", "-1", "std is -1, expected 0 or more"),
        ("seed", "x", "seed is 'x', expected a whole number"),
        ("seed", "1.5", "seed is '1.5', expected a whole number"),
        ("seed", "-1", "seed is '-1', expected a whole number"),
        ("seed", str(2**64), "expected a whole number"),
        ("samples", "7.0", "samples is '7.0', expected a whole number"),
        ("threads", "two", "threads is 'two', expected a whole number"),
        ("controls", "maybe", "controls is 'maybe', expected True or False"),
        ("system", "", "system is empty"),
        ("metric", " ", "metric is empty"),
        ("fingerprint", "../../x", "fingerprint is '../../x'"),
        ("paper", "../x", "paper is '../x', which cannot name a file"),
        ("seed", "1", "other parameters of run 0123456789ab"),
        ("setting", "", "the same run, system and metric as in line 2"),
    ],
)
def test_a_row_that_cannot_be_is_named_with_its_line(
    tmp_path: Path, column: str, value: str, message: str
) -> None:
    found = refused(tmp_path / "method.csv", changed(column, value))
    assert "line 3: " in found
    assert message in found


@pytest.mark.parametrize("column", [*RUN, "fingerprint", *COLUMNS])
def test_a_column_that_is_missing_or_twice_is_named(tmp_path: Path, column: str) -> None:
    rows = pd.read_csv(io.StringIO(table()), dtype=str, keep_default_na=False)
    without = str(rows.drop(columns=column).to_csv(index=False))
    assert f"lacks the columns {column}" in refused(tmp_path / "method.csv", without)
    twice = pd.concat([rows, rows[[column]]], axis=1).to_csv(index=False)
    assert f"columns twice: {column}" in refused(tmp_path / "method.csv", str(twice))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1: empty, or cut"),
        (b"\n", "lacks the columns"),
        (table().splitlines()[0] + "\n", "has no rows"),
        (table()[:-2], "line 4: empty, or cut before the end of the line"),
        (table() + "method,synthetic\n", "line 5: 2 cells instead of"),
        (table() + "\n", "line 5: 0 cells instead of"),
        (table().replace("Walking", '"Walking', 1), "line "),
        (table().replace("Walking", 'Walk"ing"', 1).replace(",mm,", ',"m"m,', 1), "line 2: "),
        (table().encode("utf-16"), "line 1: no text in UTF-8"),
        (table().encode().replace(b"CNN", b"C\xffN", 1), "line 2: no text in UTF-8"),
        (table().replace("CNN", "C\0N", 1), r"line 2: a character '\x00'"),
        (table().replace("CNN", "C\rN", 1), r"line 2: a character '\r'"),
        (table().replace("CNN", "C" * 200_000, 1), "line 2: field larger than"),
        (bytes(range(256)) * 4, "line 2: no text in UTF-8"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes | str, message: str) -> None:
    assert message in refused(tmp_path / "method.csv", content)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(StoredError, match=r"folder\.csv cannot be read"):
        read_rows(tmp_path / "folder.csv")


Arrays = dict[str, np.ndarray]


def arrays() -> Arrays:
    return {
        "keys": np.array([["CNN", "", "mpjpe"], ["CNN", "wide", "mpjpe"]]),
        "names": np.array([["a", "1"], ["a", "2"], ["b", "1"]]),
        "total": np.ones((2, 3), np.float32),
        "weight": np.ones((2, 3), np.float32),
    }


def written(file: Path, content: Arrays) -> Path:
    np.savez_compressed(file, **content)  # type: ignore[arg-type]
    return file


@pytest.mark.parametrize(
    ("name", "wrong", "message"),
    [
        ("names", np.array([["a", "b", "c"]]), "names have shape"),
        ("names", np.array([1, 2, 3]), "names holds int64, expected text"),
        ("names", np.array(["a", "a", "c"]), "there twice"),
        ("names", np.array([["a", "1"], ["a", "1"], ["b", "1"]]), "there twice"),
        ("names", np.array(["a", None, "c"], dtype=object), "is damaged"),
        ("keys", np.array([["CNN", "", "mpjpe"]] * 2), "there twice"),
        ("keys", np.array(["CNN", "", "mpjpe"]), r"keys \(3,\)"),
        ("total", np.ones((2, 4), np.float32), "total has shape"),
        ("total", np.array([[1, np.nan, 1]] * 2, np.float32), "not finite"),
        ("total", np.array([["1", "1", "1"]] * 2), "expected floats"),
        ("weight", np.array([[1, np.inf, 1]] * 2, np.float32), "not a finite number"),
        ("total", np.full((2, 3), 1e200), "not finite"),
        ("weight", np.full((2, 3), 1e-320), "not a finite number"),
        ("weight", -np.ones((2, 3), np.float32), "not a finite number, 0 or more"),
        ("weight", np.ones((2, 3), complex), "expected floats"),
    ],
)
def test_sequences_with_wrong_arrays_are_refused(
    tmp_path: Path, name: str, wrong: np.ndarray, message: str
) -> None:
    file = written(tmp_path / "0123.npz", arrays())
    assert len(Sequences.load(file).keys) == 2
    with pytest.raises(StoredError, match=rf"0123\.npz.*{message}.*delete it and run again"):
        Sequences.load(written(file, arrays() | {name: wrong}))
    written(file, {k: v for k, v in arrays().items() if k != name})
    with pytest.raises(StoredError, match=rf"0123\.npz is damaged .*{name}"):
        Sequences.load(file)


def test_a_flipped_bit_in_an_archive_is_found(tmp_path: Path) -> None:
    file = tmp_path / "0123.npz"
    np.savez(file, **arrays())  # type: ignore[arg-type]
    content = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        start = archive.getinfo("total.npy").header_offset
    at = content.index(np.float32(1).tobytes(), start)
    content[at + 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(StoredError, match=r"0123\.npz is damaged \(the checksum of total\.npy is wrong\)"):
        Sequences.load(file)


@pytest.mark.parametrize(
    "cut", [lambda b: b"", lambda b: b[:200], lambda b: b[50:], lambda b: b"\x93NUMPY" + b]
)
def test_a_file_that_is_no_archive_is_refused(tmp_path: Path, cut: Callable[[bytes], bytes]) -> None:
    file = written(tmp_path / "0123.npz", arrays())
    file.write_bytes(cut(file.read_bytes()))
    with pytest.raises(StoredError, match=r"0123\.npz is damaged"):
        Sequences.load(file)


def test_a_member_of_an_archive_that_is_no_array_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "0123.npz"
    with (
        zipfile.ZipFile(written(tmp_path / "whole.npz", arrays())) as whole,
        zipfile.ZipFile(file, "w") as new,
    ):
        for name in whole.namelist():
            new.writestr(name, b"text" if name == "keys.npy" else whole.read(name))
    with pytest.raises(StoredError, match=r"0123\.npz is damaged \(a member of the archive is no array\)"):
        Sequences.load(file)
