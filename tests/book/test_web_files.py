"""Pictures become smaller and stay the same; what no page loads is removed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from pose_lib.book.web_files import compress_pictures, remove_unused


def test_pictures_are_written_as_webp_and_look_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "_images"
    folder.mkdir()
    flat = np.zeros((40, 60, 4), dtype=np.uint8)
    flat[10:20, 10:50] = (217, 98, 43, 255)
    y, x = np.mgrid[:120, :160]
    smooth = np.stack([x, 2 * y, (x + y) // 2], axis=-1).astype(np.uint8)
    noisy = np.clip(smooth + np.random.default_rng(0).normal(0, 6, smooth.shape), 0, 255).astype(np.uint8)
    for name, pixels in (("flat", flat), ("noisy", noisy)):
        Image.fromarray(pixels).save(folder / f"{name}.png")
    before = {file.stem: file.stat().st_size for file in folder.iterdir()}
    compress_pictures(tmp_path)
    assert sorted(file.name for file in folder.iterdir()) == ["flat.webp", "noisy.webp"]
    assert (folder / "noisy.webp").stat().st_size < before["noisy"] / 2
    drawn = np.asarray(Image.open(folder / "flat.webp").convert("RGBA"))
    assert (drawn[..., 3] == flat[..., 3]).all()
    assert (drawn[12:18, 12:48] == flat[12:18, 12:48]).all()
    difference = np.asarray(Image.open(folder / "noisy.webp").convert("RGB")).astype(int) - noisy
    assert np.abs(difference).mean() < 8


def test_what_no_page_loads_is_removed(tmp_path: Path) -> None:
    static = tmp_path / "_static"
    for name in ("locales/de/x.mo", "scripts/a.js", "scripts/a.js.map", "vendor/f/a.ttf", "vendor/f/a.woff2"):
        (static / name).parent.mkdir(parents=True, exist_ok=True)
        (static / name).touch()
    for _ in range(2):
        remove_unused(tmp_path)
    left = sorted(file.relative_to(static).as_posix() for file in static.rglob("*") if file.is_file())
    assert left == ["scripts/a.js", "vendor/f/a.woff2"]


def test_pictures_of_an_earlier_build_are_removed(tmp_path: Path) -> None:
    (tmp_path / "_images").mkdir()
    (tmp_path / "pages").mkdir()
    for name in ("shown.png", "kept.webp", "old.png", "empty.webp"):
        (tmp_path / "_images" / name).touch()
    (tmp_path / "pages/one.html").write_text('<img src="../_images/shown.png"/>', encoding="utf-8")
    (tmp_path / "two.html").write_text('<a href="_images/kept.webp">x</a>', encoding="utf-8")
    remove_unused(tmp_path)
    assert sorted(file.name for file in (tmp_path / "_images").iterdir()) == ["kept.webp", "shown.png"]
