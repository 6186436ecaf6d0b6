"""Which data a reader can have, how soon, under which terms, and what each can decide; known checksums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from pose_lib.data.mocap.cmu import KNOWN
from pose_lib.data.photos.cards import SETS

__all__ = ["SOURCES", "Checksum", "Source", "checksums", "checksums_table", "sources_table"]

_COPIES = "computed from a copy on GitHub"
_H36M_FETCH = "github.com/anibali/h36m-fetch, checksums.txt"


@dataclass(frozen=True)
class Source:
    """Data of one origin."""

    title: str
    soon: str
    """Until the first run: a minute, an hour, or a week."""
    dataset: str
    """The value of the parameter ``dataset``."""
    get: str
    """How to get it, and how large it is."""
    terms: str
    decides: str
    """Which question a result on it can answer."""


SOURCES = (
    Source(
        "people made by this package",
        "a minute",
        "synthetic",
        "nothing to download",
        "those of this package",
        "whether a method learns at all, and what its parts bring, on generated motion in rendered pictures",
    ),
    Source(
        "CMU motion capture",
        "a minute",
        "mocap",
        "pose-lib data fetch cmu --subjects 7 8 35; all in one archive of 1.1 GB",
        "free for all uses; not to be resold, even in converted form; acknowledgement",
        "whether that holds for the motion of real people, for 13 of the 15 actions; pictures are rendered",
    ),
    Source(
        "Bandai-Namco motion",
        "a minute",
        "mocap",
        "git clone of Bandai-Namco-Research-Motiondataset on GitHub",
        "CC BY-NC 4.0: no commercial use",
        "the same, for walking and greeting; in many styles",
    ),
    Source(
        "HDM05 motion capture",
        "an hour",
        "mocap",
        "from resources.mpi-inf.mpg.de/HDM05",
        "CC BY-SA 3.0",
        "the same, for few of the actions; five people who repeat each many times",
    ),
    Source(
        "Leeds Sports Pose, its extension, Image Parse",
        "an hour",
        "lsp, lspet, parse",
        "archives of their authors' sites, which are not always there",
        "none stated: made for research, cite the paper",
        "the 2D claims of DeepPose and HMLPE, on photographs of athletes",
    ),
    Source(
        "FLIC, Buffy and the other stickmen",
        "an hour",
        "flic, buffy, hmlpe-mixture, ...",
        "archives of their authors' sites",
        "none stated: made for research, cite the paper; the pictures belong to their authors",
        "the same, on frames of films, which both papers report on",
    ),
    Source(
        "MPI-INF-3DHP",
        "an hour for one subject and the test set; a day for all",
        "mpi-inf-3dhp",
        "get_dataset.sh and get_testset.sh from vcai.mpi-inf.mpg.de/3dhp-dataset; videos of some 25 GB",
        "for research only, no commercial use; cite the papers",
        "whether the order of the 3D methods holds on pictures of real people; none of the papers uses it",
    ),
    Source(
        "Human3.6M",
        "a week, for the licence to be granted",
        "human3.6m",
        "registration at vision.imar.ro/human3.6m; videos and poses of seven people",
        "registered users, academic use; not to be passed on",
        "the 3D papers' own tables: the only data on which our numbers may stand beside theirs",
    ),
)
"""From the soonest to the slowest."""


@dataclass(frozen=True)
class Checksum:
    """The hash of a file, and who says so."""

    dataset: str
    file: str
    kind: str
    """``sha256`` or ``md5``"""
    digits: str
    told_by: str


_ARCHIVES_H36M: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "S1": (
            "69e038858ace96ba5f6c5ccea52e95e8",
            "3c75f06fdf3c4f3b8fb1f8f11d18a10e",
            "d517e6c0b1112427b2a39fcbd732281c",
        ),
        "S5": (
            "7ac8c4830468a1ed3464076ee9603632",
            "a0c821f5501fcc450e28c38e5ebd0c17",
            "02ef041813c3a37b137f86df24419e5a",
        ),
        "S6": (
            "5f9706d5259f648cca802c069dec9681",
            "dce0fb2f44b487b2bd36f603d1ff894a",
            "a4b8690e5320c5854f99f60bf31cbabc",
        ),
        "S7": (
            "543c4053c962db54d1d7361d4accffb4",
            "848717a95a96336ec7707b20ec463965",
            "79caf93c6ec31b1c14cd1d31d5f292e0",
        ),
        "S8": (
            "e9de190d782452edc954ac191907adcf",
            "8f5182924c29721d9c4227aa43e3d7b3",
            "18818148e68fcd80fce1efa82f98126d",
        ),
        "S9": (
            "232c2244afae96cb900908c6825d478c",
            "bbc436bc0f35bd09e272ad0ed1f188e2",
            "3e7d923d5c573ac833834a31b5f8a797",
        ),
        "S11": (
            "df1fde6b5656729336f54dcd79ab6e47",
            "c00b5b22ed1b88de5a536433e300503e",
            "13a24f30eb4e7cc505cbf80410c90ffe",
        ),
    }
)
"""MD5 of three archives for each subject of Human3.6M, as they were named in 2018."""
_H36M_NAMES = ("Poses_D2_Positions", "Poses_D3_Positions_mono_universal", "Videos")
_READ: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("lspet", "joints.mat"): "cc66465117888d9f43aac78c15c4548e37df5022640a193f2002fd084cba13ef",
        ("buffy", "data/buffy_s5e2_sticks.txt"): (
            "195c7a27a93fe2f28bc94878e37afad1af81dfd52e58aad54a7627f727006f99"
        ),
        ("buffy", "data/buffy_s5e3_sticks.txt"): (
            "61887499efd3858735e0f6430ea30b6eb8f2f5dd1e6d060d7bc19a8569039d95"
        ),
        ("buffy", "data/buffy_s5e4_sticks.txt"): (
            "984e0c953c11cb789b8026698fc1c693cff84a4d1841cc721a19103ff24bba89"
        ),
        ("buffy", "data/buffy_s5e5_sticks.txt"): (
            "d321ed489b4e3d60082133e90aed5167aa768a137b1741a9748ec080bc592248"
        ),
        ("buffy", "data/buffy_s5e6_sticks.txt"): (
            "3b5662c19198dc136f533419e52c5a9b91dca36f91833c91bfbc0e161a66d46f"
        ),
    }
)
_CMU_ARCHIVE = "4b0fc3a7ba3cbb2aa23948b4cefe7efa45edf864b2b5e00713659a4f2144a591"
_FLIC_FULL = "81caf04c08d1a84f8d3a23a23fdf86d1"


def sources_table() -> pd.DataFrame:
    """One row for each source, the soonest first."""
    columns = {
        "title": "data",
        "soon": "to be had in",
        "dataset": "-p dataset",
        "get": "how",
        "terms": "terms",
        "decides": "what it can decide",
    }
    rows = [{shown: getattr(source, name) for name, shown in columns.items()} for source in SOURCES]
    return pd.DataFrame(rows).set_index("data")


def checksums() -> tuple[Checksum, ...]:
    """All hashes that are known of files as they are downloaded; of the other sets none is."""
    return (
        Checksum(
            "mocap", "allasfamc.zip (CMU)", "sha256", _CMU_ARCHIVE, "a project on GitHub; not computed by us"
        ),
        *(Checksum("mocap", name, "sha256", digits, _COPIES) for name, digits in KNOWN.items()),
        *(Checksum(name, file, "sha256", digits, _COPIES) for (name, file), digits in _READ.items()),
        Checksum("flic-full", "examples.mat", "md5", _FLIC_FULL, "github.com/qxcv/joint-regressor"),
        *(
            Checksum("human3.6m", f"{name}_{subject}.tgz", "md5", digits, _H36M_FETCH)
            for subject, found in _ARCHIVES_H36M.items()
            for name, digits in zip(_H36M_NAMES, found, strict=True)
        ),
    )


def checksums_table() -> pd.DataFrame:
    """One row for each known hash, and one for each set of which none is known."""
    rows = [(c.dataset, c.file, f"{c.kind} {c.digits}", c.told_by) for c in checksums()]
    known = {row[0] for row in rows}
    rows += [(name, "", "none known", "") for name in (*SETS, "mpi-inf-3dhp") if name not in known]
    return pd.DataFrame(rows, columns=["-p dataset", "file", "checksum", "by"]).set_index("-p dataset")
