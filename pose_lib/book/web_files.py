"""The files beside the pages: pictures as WebP, and nothing that no page asks for."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

__all__ = ["compress_pictures", "remove_unused"]

_QUALITY = 72  # of lossy WebP: noise of a rendered image is kept, at about a fifth of the PNG's size
_ALPHA = 50  # of the transparency around lines and letters: a seventh smaller, and no difference is seen
_UNUSED = ("_static/locales", "_static/scripts/*.map", "_static/styles/*.map", "_static/vendor/**/*.ttf")
"""Translations of the theme, maps of its sources, and fonts that stand there in a smaller form as well."""
_PICTURE = re.compile(r"_images/([^\"'\s)]+)\.\w+")


def compress_pictures(html: Path) -> None:
    """Write the PNG pictures of a folder of pages as WebP, lossless where that is smaller; remove the PNG."""
    pictures = sorted((html / "_images").glob("*.png"))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(_compress, pictures))


def remove_unused(html: Path) -> None:
    """Remove from a folder of pages what no page loads: files of the theme, pictures of earlier builds."""
    for path in _found(html):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shown = {name for page in html.rglob("*.html") for name in _PICTURE.findall(page.read_text("utf-8"))}
    for picture in (html / "_images").glob("*"):
        if picture.stem not in shown:
            picture.unlink()


def _found(html: Path) -> Iterator[Path]:
    for pattern in _UNUSED:
        yield from list(html.glob(pattern))


def _compress(picture: Path) -> None:
    made = {kind: picture.with_suffix(f".{kind}") for kind in ("lossless", "lossy")}
    with Image.open(picture) as image:
        image.save(made["lossless"], "webp", lossless=True, quality=60, method=4)
        image.save(made["lossy"], "webp", quality=_QUALITY, alpha_quality=_ALPHA, method=4)
    smaller = min(made.values(), key=lambda file: file.stat().st_size)
    smaller.replace(picture.with_suffix(".webp"))
    for file in (*made.values(), picture):
        file.unlink(missing_ok=True)
