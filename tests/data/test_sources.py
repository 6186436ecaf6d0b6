"""The table of data and its checksums: complete, in order, and consistent with the cards."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from pose_lib.data.catalog import DATASETS
from pose_lib.data.photos.cards import SETS
from pose_lib.data.sources import SOURCES, checksums, checksums_table, sources_table

LENGTH = {"md5": 32, "sha256": 64}


def test_every_data_set_has_a_source_and_the_soonest_come_first() -> None:
    named = set(re.findall(r"[\w.+-]+", " ".join(source.dataset for source in SOURCES)))
    assert {"synthetic", "mocap", "mpi-inf-3dhp", "human3.6m"} <= named
    assert named - {"human3.6m", "..."} <= set(DATASETS)
    units = ["minute", "hour", "week"]
    order = [next(i for i, unit in enumerate(units) if unit in source.soon) for source in SOURCES]
    assert order == sorted(order)
    assert set(order) == {0, 1, 2}
    table = sources_table()
    assert list(table.index) == [source.title for source in SOURCES]
    assert (table != "").all(axis=None)


def test_checksums_are_well_formed_and_those_of_the_cards() -> None:
    known = checksums()
    assert all(re.fullmatch(f"[0-9a-f]{{{LENGTH[c.kind]}}}", c.digits) for c in known)
    assert len({(c.dataset, c.file) for c in known}) == len(known)
    told = " ".join(digits for facts in SETS.values() for digits in facts.checksums)
    given = re.findall(r"[0-9a-f]{32,64}", told)
    assert given
    assert set(given) <= {c.digits for c in known}
    table = checksums_table()
    assert table.loc["lsp", "checksum"] == "none known"
    assert set(SETS) <= set(table.index)


def test_checksums_fit_real_files(shared_data: Path) -> None:
    checked = 0
    for c in checksums():
        file = shared_data / c.dataset / c.file
        if file.is_file():
            assert hashlib.new(c.kind, file.read_bytes()).hexdigest() == c.digits, file
            checked += 1
    if not checked:
        pytest.skip(f"no file with a known checksum below {shared_data}")
    assert checked >= 6
