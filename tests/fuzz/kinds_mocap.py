"""Motion capture: BVH, skeletons, AMC with a whole skeleton, and folders of clips with their table."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import numpy as np
from mocap_files import AMC, ASF, BVH, cmu, mixamo, person

from fuzz.kind import Kind, damaged
from pose_lib.data.mocap.asf import read_asf
from pose_lib.data.mocap.clips import clips_of, find_clips, read_clip, read_recording
from pose_lib.data.mocap.mapping import body_points
from pose_lib.data.mocap.recording import MocapError, Recording

__all__ = ["KINDS"]

_PEOPLE = tuple(person(joints, frames=3, z_up=z) for joints in (mixamo(), cmu()) for z in (False, True))
_WORDS = ("nan", "inf", "1e999", "-1", "0", "1e5", "9" * 30, "1_0", "0x1p3", "²", "", "{", "}", "End Site")
_WORDS += ("JOINT", "MOTION", "Frames: 999999999", "begin", "end", ":units", "root", "#", "x" * 5000, "\x85")
_CELLS = ("", "../../x", "x" * 5000, "\0", "a\nb", '"', "nan", "1e999", "-60", "60", "120", "clip", "walk")
_CELLS += ("sit/stand", "<img src=x onerror=alert(1)>", "\ud7ff", ",", "/../../X", "行走", "=1+1", "  ", "…")
_NAMES = ("._walk.bvh", "__MACOSX/walk.bvh", ".DS_Store", "x.bvh/y.bvh", "a b.BVH", "02_01.bvh", "\u2028.bvh")
_NAMES += (
    "<b>.bvh",
    "walk_行.bvh",
    "a\nb.bvh",
    "x.asf",
    "walk.amc",
    "z" * 240 + ".bvh",
    "-.bvh",
    "..x/y.bvh",
)


def _mutated(rng: Random, text: str) -> str:
    """Text with one to three faults in its words and lines."""
    for _ in range(rng.randint(1, 3)):
        lines = text.split("\n")
        at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        words = lines[at].split() or [""]
        match rng.randrange(7):
            case 0:
                del lines[at]
            case 1:
                lines[at], lines[other] = lines[other], lines[at]
            case 2:
                lines.insert(other, lines[at])
            case 3:
                rng.shuffle(words)
                lines[at] = " ".join(words)
            case 4:
                lines[at] = lines[at].swapcase()
            case 5:
                lines[at] = "\n" * rng.randint(0, 3) + lines[at] + " " * rng.randint(0, 3)
            case _:
                words[rng.randrange(len(words))] = rng.choice(_WORDS)
                lines[at] = " ".join(words)
        text = "\n".join(lines) or "\n"
    return text


def _bytes(rng: Random, text: str) -> bytes:
    """Text with faults in its words, in its bytes, in both, or only in an odd encoding."""
    if rng.random() < 0.6:
        text = _mutated(rng, text)
    encodings: tuple[Callable[[str], bytes], ...] = (
        lambda t: codecs.BOM_UTF8 + t.encode("utf-8", "replace"),
        lambda t: codecs.BOM_UTF16_LE + t.encode("utf-16-le", "replace"),
        lambda t: codecs.BOM_UTF16_BE + t.encode("utf-16-be", "replace"),
        lambda t: t.encode("utf-8", "replace") + b"\x1a\0",
        lambda t: t.encode("utf-16-le", "replace"),
    )
    plain = rng.random() < 0.7
    data = text.encode("latin-1", "replace") if plain else rng.choice(encodings)(text)
    return damaged(rng, data) if rng.random() < 0.5 else data


def _deep(rng: Random) -> str:
    """A hierarchy of many joints, one in the other or side by side, with few or absurdly many frames."""
    count, close = rng.choice((5, 200, 1500)), rng.random() < 0.5
    joints = "".join(f"JOINT j{i} {{ OFFSET 0 0 1e5 {'}' * close}\n" for i in range(count))
    motion = f"MOTION\nFrames: {rng.choice((1, 2, 10**6, 10**30))}\nFrame Time: {rng.choice((1, 1e-4))}\n0\n0"
    start = "HIERARCHY ROOT r { OFFSET 0 0 0 CHANNELS 1 Xrotation\n"
    return f"{start}{joints}{'}' * (1 if close else count + 1)}\n{motion}\n"


def _make_bvh(rng: Random, folder: Path) -> Path:
    file = folder / "clip.bvh"
    if rng.random() < 0.1:
        file.write_text(_deep(rng))
    elif rng.random() < 0.05:
        file.write_bytes(bytes(rng.randrange(5000)))
    else:
        file.write_bytes(_bytes(rng, rng.choice((BVH, BVH, *_PEOPLE))))
    return file


def _make_asf(rng: Random, folder: Path) -> Path:
    (folder / "a.asf").write_bytes(_bytes(rng, ASF))
    (folder / "a_1.amc").write_text(AMC)
    return folder


def _make_amc(rng: Random, folder: Path) -> Path:
    (folder / "a.asf").write_text(ASF)
    (folder / "a_1.amc").write_bytes(_bytes(rng, AMC))
    return folder


def _make_folder(rng: Random, folder: Path) -> Path:
    (folder / "walk.bvh").write_text(rng.choice(_PEOPLE))
    (folder / "a.asf").write_text(ASF)
    (folder / "a_1.amc").write_text(AMC)
    for name in rng.sample(_NAMES, rng.randint(0, 3)):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(_bytes(rng, rng.choice(_PEOPLE)) if rng.random() < 0.5 else bytes(90))
    if rng.random() < 0.1:
        (folder / "gone.bvh").symlink_to(folder / "nothing")
    rows = [
        ["clip", "action", "performer", "fps"],
        ["walk", "Walking", "bond", "30"],
        ["a_1", "sit", "", "60"],
    ]
    for _ in range(rng.randint(0, 2)):
        row = rng.choice(rows)
        match rng.randrange(4):
            case 0:
                row.insert(rng.randrange(len(row) + 1), rng.choice(_CELLS))
            case 1 if len(row) > 1:
                row.pop(rng.randrange(len(row)))
            case _:
                row[rng.randrange(len(row))] = rng.choice(_CELLS)
    table = "\n".join(",".join(row) for row in rows) + "\n"
    faulty = _bytes(rng, table) if rng.random() < 0.3 else table.encode("utf-8")
    (folder / "actions.csv").write_bytes(faulty)
    return folder


def _arrays(recording: Recording) -> Sequence[np.ndarray]:
    return recording.positions(), recording.rest(), np.array(recording.fps)


def _read_bvh(file: Path) -> Sequence[np.ndarray]:
    """The joints, and the body if the recording is a person's."""
    recording = read_recording(file)
    if "Hand_end" in recording.names or "j0" in recording.names:  # no person
        return _arrays(recording)
    points, stature = body_points(recording)
    return *_arrays(recording), points, np.array(stature)


def _read_acclaim(folder: Path) -> Sequence[np.ndarray]:
    skeleton = read_asf(folder / "a.asf")
    vectors = np.array([(*bone.vector, *bone.axis) for bone in skeleton.bones])
    return vectors, *_arrays(read_recording(folder / "a_1.amc", folder))


def _read_folder(folder: Path) -> Sequence[np.ndarray]:
    entries = find_clips(folder)
    found = clips_of("Walking", entries)
    assert all(str(entry.path.resolve()).startswith(str(folder.resolve())) for entry in entries)
    return [read_clip(entry, folder).points for entry in found]


KINDS = (
    Kind("bvh", _make_bvh, _read_bvh, (MocapError,)),
    Kind("asf", _make_asf, _read_acclaim, (MocapError,)),
    Kind("amc", _make_amc, _read_acclaim, (MocapError,)),
    Kind("mocap-folder", _make_folder, _read_folder, (MocapError,)),
)
