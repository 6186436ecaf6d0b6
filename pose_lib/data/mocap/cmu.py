"""CMU's motion capture, downloaded from its home when a person asks for it: which clips, what they show.

A file's hash is compared with the one that this package knows, or else with the one of its first download,
which the folder keeps in ``SHA256SUMS`` (``sha256sum -c SHA256SUMS`` checks them too). CMU publishes none.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from pose_lib.data.download import DownloadError, download, size_of
from pose_lib.data.mocap.actions import CMU, cmu_takes
from pose_lib.data.mocap.asf import read_asf
from pose_lib.progress import Progress
from pose_lib.storage import StorageError, checksum, locked, writing, written

__all__ = ["HOME", "KNOWN", "SHOWN", "Wanted", "actions_table", "fetch", "plan", "wanted"]

HOME = "https://mocap.cs.cmu.edu/subjects"
SUMS = "SHA256SUMS"
ARCHIVE = "https://mocap.cs.cmu.edu/allasfamc.zip"
"""All takes in one file of 1.1 GB, which its home asks for instead of a crawl."""
_BY_HAND = f"All clips are also in {ARCHIVE}: unpack it into a folder and give that as data_root"

KNOWN: Mapping[str, str] = MappingProxyType(
    {
        "01/01.asf": "e993ace64e67bcfeaa378e1818db48dbc80fa1ebc3942c07338498ce5fdbcce5",
        "01/01_06.amc": "4a8f541f7ab374180c656e383a4aa6b3714018f55bd54857ad8e1a23aa745dfb",
        "02/02.asf": "c9f5ff45b4437b279f58b95dacf017afd3135373096274df69436a9354d796cf",
        "02/02_01.amc": "1503c481f4726e640c77888f0c841dd3be0694684bcd32296cf53685c6fc1492",
        "02/02_04.amc": "77a6885616eb91a76304149a42575cb8479ef9dd118b329e4d1de6046766491f",
        "02/02_06.amc": "410294c104bf6c4cbcc7f5757e8a24d012beca0090ab96779b7b1611d5a3fdc1",
        "02/02_10.amc": "f056eb4d3014192d4652fdf2bd089a2b7df949f84d6704f0efaad661b63d0f08",
        "11/11.asf": "7f374c2352fa4afb71428906d2f0938caaf6424ced47eba94e06d4f149933304",
        "11/11_01.amc": "ab5f3123954904e914f8bd44306b99e78ff7c744833e8af14264517b5c6f338c",
    }
)
"""SHA-256 of files, from copies on GitHub (cyun9601/CMU-MOCAP-Data, facebookresearch/fairmotion)."""

SHOWN: Mapping[str, str] = MappingProxyType(
    {
        "Walking": "people walk straight, in curves and in figures of eight",
        "WalkingTogether": "two people walk arm in arm, hand in hand or in step; each is a clip of its own",
        "Sitting": "people sit down on stools and chairs, fidget, and stand up",
        "SittingDown": "a person sits on the ground",
        "Eating": "an actor eats dinner, soup and a sandwich, without the things themselves",
        "Phoning": "an actor answers the phone and dials",
        "Purchases": "an actor buys and pays for something",
        "Waiting": "people wait for a bus, shift their weight, stand idly",
        "Greeting": "people shake hands, wave and bow",
        "Smoking": "an actor drinks and smokes",
        "Discussion": "people explain, quarrel and tell stories",
        "Directions": "people direct the traffic and give directions",
        "TakingPhoto": "an actor takes a film",
    }
)
"""What the clips of each of Human3.6M's actions show, after the descriptions of CMU's index."""


@dataclass(frozen=True)
class Wanted:
    """A file of the plan."""

    name: str
    """Path at its home and below the folder: ``02/02_01.amc``."""
    size: int | None
    """Bytes; None where its home has no such file."""
    there: bool
    """Whether the folder has it, unchanged since it was downloaded."""


def actions_table() -> pd.DataFrame:
    """For each action of Human3.6M that CMU has: number of clips and of performers, and what they show."""
    rows = []
    for action, shown in SHOWN.items():
        takes = [key for key, other in cmu_takes().items() if other == action]
        rows.append((action, len(takes), len({subject for subject, _ in takes}), shown))
    return pd.DataFrame(rows, columns=["action", "clips", "subjects", "what they show"]).set_index("action")


def wanted(subjects: Sequence[int], actions: Sequence[str] = ()) -> list[str]:
    """The files of some subjects: their skeletons, and their clips that show an action.

    Args:
        subjects: numbers of CMU; none for all that have a clip of the actions.
        actions: names in :data:`~pose_lib.data.mocap.actions.CMU`; none for all.

    Raises:
        ValueError: an action or a subject that the table does not have, or neither is given.
    """
    for action in actions:
        if action not in CMU:
            raise ValueError(f"CMU has no clips of {action!r}; it has: {', '.join(CMU)}")
    if not subjects and not actions:
        raise ValueError(f"say which subjects or actions; for everything there is {ARCHIVE}")
    takes = [take for take, action in cmu_takes().items() if not actions or action in actions]
    known = {subject for subject, _ in takes}
    for subject in subjects:
        if subject not in known:
            numbers = " ".join(map(str, sorted(known)))
            raise ValueError(f"no clip of subject {subject} shows a known action; those that do: {numbers}")
    chosen = sorted(take for take in takes if not subjects or take[0] in subjects)
    names = {f"{subject:02d}/{subject:02d}.asf": None for subject, _ in chosen}
    names |= {f"{subject:02d}/{subject:02d}_{take:02d}.amc": None for subject, take in chosen}
    return sorted(names)


def plan(names: Sequence[str], root: Path, home: str = HOME) -> list[Wanted]:
    """Ask the home for the size of each file that the folder does not have.

    Raises:
        DownloadError: the home does not answer, or answers with a web page.
        ValueError: the folder's list of hashes is damaged.
    """
    kept, found = _sums(root), []
    with Progress(len(names), "asking for sizes", unit="files") as bar:
        for i, name in enumerate(names, start=1):
            file = root / name
            there = name in kept and file.is_file() and checksum(file) == kept[name]
            found.append(Wanted(name, file.stat().st_size if there else _size(f"{home}/{name}"), there))
            bar(i)
    return found


def fetch(files: Sequence[Wanted], root: Path, home: str = HOME, *, accept_changed: bool = False) -> int:
    """Download the files that are missing, one after the other; returns the number of bytes.

    It can be interrupted and called again. Whole files stay, and an unfinished one is continued.

    Args:
        files: from :func:`plan`.
        root: the folder; made if it is not there.
        home: the address in front of the names.
        accept_changed: take files whose hash differs from the known one, and remember the new one.

    Raises:
        DownloadError: a file does not arrive, or is not the one that is known.
        StorageError: the disk is full, or the folder cannot be written.
    """
    missing = [file for file in files if file.size is not None and not file.there]
    total = sum(file.size or 0 for file in missing)
    with writing(root):
        root.mkdir(parents=True, exist_ok=True)
    if (free := shutil.disk_usage(root).free) < total:
        what = f"{total / 1e6:.1f} MB are needed and {free / 1e6:.1f} MB are free"
        raise StorageError(f"{root}: {what}; choose another folder with --root, or fewer subjects")
    done = 0
    with locked(root / ".fetching", f"downloading to {root}"), Progress(total, "CMU", unit="bytes") as bar:
        for file in missing:
            place = root / file.name
            with writing(place):
                place.parent.mkdir(parents=True, exist_ok=True)
            expected = None if accept_changed else _sums(root).get(file.name, KNOWN.get(file.name))
            found = _download(f"{home}/{file.name}", place, expected, partial(_shown, bar, done))
            _remember(root, file.name, found)
            done += file.size or 0
    return done


def _size(url: str) -> int | None:
    try:
        return size_of(url)
    except DownloadError as error:
        raise DownloadError(f"{error}. {_BY_HAND}") from error


def _shown(bar: Progress, done: int, arrived: int) -> None:
    bar(done + arrived)


def _remember(root: Path, name: str, digits: str) -> None:
    lines = sorted({**_sums(root), name: digits}.items())
    text = "".join(f"{digits}  {name}\n" for name, digits in lines)
    written(root / SUMS, partial(Path.write_text, data=text, encoding="utf-8"))


def _download(url: str, place: Path, expected: str | None, progress: Callable[[int], None]) -> str:
    """Download one file, and see that it is motion capture."""
    try:
        found = download(url, place, sha256=expected, progress=progress)
    except DownloadError as error:
        advice = _BY_HAND
        if expected is not None and expected in str(error):
            advice = "If its home has a new version that you trust, add --accept-changed"
        raise DownloadError(f"{error}. {advice}") from error
    with place.open("rb") as stream:
        head = stream.read(64)
    if not head.lstrip().startswith((b"#", b":")):
        raise DownloadError(f"{url}: it begins with {head[:20]!r}, and not like motion capture (# or :)")
    if place.suffix == ".asf":
        read_asf(place)
    return found


def _sums(root: Path) -> dict[str, str]:
    """Name and hash of each file that was downloaded to a folder."""
    file = root / SUMS
    if not file.is_file():
        return {}
    found = {}
    for i, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        digits, gap, name = line.partition("  ")
        if len(digits) != 64 or not gap or not name:
            what = "expected a SHA-256, two spaces and a name"
            raise ValueError(f"{file}, line {i}: {what}; delete the file to download the clips again")
        found[name] = digits
    return found
