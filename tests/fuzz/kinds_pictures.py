"""Pictures of all formats, and folders of photographs with files that are missing, damaged or others."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
from photo_files import places
from PIL import Image
from scipy.io import savemat

from fuzz.kind import Kind, damaged
from fuzz.kinds_photos import FEW, arrays, few, jpeg
from pose_lib.data.files import contents_hash
from pose_lib.data.photos import dataset
from pose_lib.data.photos.cutting import cut
from pose_lib.data.photos.errors import PhotoError
from pose_lib.data.photos.pictures import open_picture, picture_size

__all__ = ["KINDS"]


def picture_bytes(rng: Random) -> bytes:
    """A small picture of some format, mode and orientation."""
    mode = rng.choice(("L", "RGB", "1", "P", "LA", "RGBA", "CMYK", "I;16", "I", "F"))
    ending = rng.choice(("JPEG", "JPEG", "PNG", "PNG", "GIF", "TIFF", "BMP", "WEBP", "PPM"))
    exif = Image.Exif()
    exif[0x0112] = rng.randrange(11)
    values = np.random.default_rng(rng.randrange(1000)).integers(0, 255, (13, 17, 3), dtype=np.uint8)
    picture = Image.fromarray(values)
    if mode in ("I;16", "I", "F"):
        number = {"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode]
        picture = Image.fromarray(values[..., 0].astype(number) * rng.choice((1, 257)))
    else:
        picture = picture.convert(mode)
    out = io.BytesIO()
    try:
        picture.save(out, ending, **({"exif": exif} if ending in ("JPEG", "PNG", "WEBP", "TIFF") else {}))
    except (OSError, ValueError):
        return jpeg(0)
    return out.getvalue()


def claim(rng: Random, data: bytes) -> bytes:
    """The same picture with another size in its header, for a PNG with a right checksum."""
    wide, high = (rng.choice((0, 1, 30, 9000, 60_000, 2**31 - 1, 2**32 - 1)) for _ in range(2))
    if data.startswith(b"\x89PNG"):
        header = data[12:16] + wide.to_bytes(4, "big") + high.to_bytes(4, "big") + data[24:29]
        return data[:12] + header + zlib.crc32(header).to_bytes(4, "big") + data[33:]
    at = data.find(b"\xff\xc0")
    if data.startswith(b"\xff\xd8") and at > 0:
        return (
            data[: at + 5]
            + (high % 65536).to_bytes(2, "big")
            + (wide % 65536).to_bytes(2, "big")
            + data[at + 9 :]
        )
    return data


def make_picture(rng: Random, folder: Path) -> Path:
    file = folder / rng.choice(("a.jpg", "a.png", "a.gif", "a.tif"))
    data = picture_bytes(rng)
    if rng.random() < 0.2:
        data = claim(rng, data)
    file.write_bytes(damaged(rng, data) if rng.random() < 0.7 else data)
    return file


def read_picture(file: Path) -> Sequence[np.ndarray]:
    size = picture_size(file)
    out = []
    for shrink, box in ((1.0, (-3, -2, 20, 21)), (4.0, (2.5, 2, 3.5, 3)), (2.0, (-100, -90, 100, 110))):
        picture = open_picture(file, shrink)
        assert picture.mode == "RGB"
        assert picture.info["full_size"] == size
        crop = cut(picture, np.array(box, dtype=np.float32), 8)
        assert crop.shape == (8, 8, 3)
        out.append(crop)
    return out


def make_folder(rng: Random, folder: Path) -> Path:
    root = folder / "lsp_dataset"
    (root / "images").mkdir(parents=True)
    files = [root / f"images/im{i + 1:04d}.jpg" for i in range(FEW)]
    for i, file in enumerate(files):
        file.write_bytes(jpeg(i))
    joints = np.concatenate([places(FEW, 14).transpose(2, 1, 0), np.zeros((1, 14, FEW))])
    savemat(root / "joints.mat", {"joints": joints})
    for _ in range(rng.randint(1, 3)):
        file = rng.choice((*files, root / "joints.mat"))
        if not file.is_file():
            continue
        match rng.randrange(12):
            case 0:
                file.unlink()
            case 1:
                file.write_bytes(
                    rng.choice((b"", b"<html>", b"version https://git-lfs", b"PK\x03\x04", bytes(600)))
                )
            case 2:
                file.unlink()
                file.mkdir()
            case 3:
                file.unlink()
                file.symlink_to(rng.choice((file.name, "/none", "..", "/dev/null")))
            case 4:
                (root / f"images/._{files[0].name}").write_bytes(b"\0\5\x16\7")
                (root / "images/.DS_Store").write_bytes(b"\0\0\0\1Bud1")
                (folder / "__MACOSX/lsp_dataset").mkdir(parents=True, exist_ok=True)
                (folder / "__MACOSX/lsp_dataset/._joints.mat").write_bytes(b"\0\5\x16\7")
            case 5:
                file.rename(file.with_name(rng.choice(("other.jpg", "IM0001.JPG", "im1.jpg"))))
            case 6:
                file.write_bytes(damaged(rng, file.read_bytes()))
            case 7:
                file.write_bytes(picture_bytes(rng))
            case 8:
                (folder / "lsp_dataset.zip").write_bytes(rng.choice((b"PK\x03\x04", b"<html>", b"")))
            case 9:
                (root / "images").rename(root / rng.choice(("Images", "pictures", ".images")))
                break
            case 10:
                root.rename(folder / rng.choice(("lsp", "lspet_dataset", "other", "lsp_dataset_original")))
                break
            case _:
                (root / "images/again").symlink_to(root)
                break
    return folder


def read_folder(folder: Path) -> Sequence[np.ndarray]:
    with few("lsp"):
        people = dataset.read("lsp", folder)
        contents_hash(folder)
        found, squares = dataset._boxed(people, "image")
        crops = [cut(open_picture(f, 2.0), box, 8) for f, box in zip(found.files, squares, strict=True)]
        return [*arrays(people), *crops]


KINDS = (
    Kind("pictures", make_picture, read_picture, (PhotoError,)),
    Kind("photo-folder", make_folder, read_folder, (PhotoError, FileNotFoundError)),
)
