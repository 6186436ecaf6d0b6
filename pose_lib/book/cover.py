"""The picture of the README: one generated person, seen by the four cameras, with the joints that are known.

``python -m pose_lib.book.cover`` makes it again.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from pose_lib.book.figures import draw_pose_2d
from pose_lib.book.motions import render_frames
from pose_lib.data.synthetic.motion import generate
from pose_lib.data.synthetic.rig import RIG
from pose_lib.paths import checkout

__all__ = ["PICTURE", "cover", "write_cover", "write_picture"]

PICTURE = Path("book/_static/cover.webp")
"""Where the README finds it, from the top of the checkout."""


def cover(size: int = 300, action: str = "Walking", frame: int = 60) -> npt.NDArray[np.uint8]:
    """One row of crops ``(2 size, 4 size, 3)``: as each camera sees a frame, and below with the skeleton.

    Args:
        size: side of a crop in pixels.
        action: what the person does.
        frame: of the motion.
    """
    motion = generate(action, "S9", 1, seconds=4.0)
    figure = Figure(figsize=(len(RIG), 2), dpi=size)
    figure.set_layout_engine("none")
    canvas = FigureCanvasAgg(figure)
    for column, camera in enumerate(RIG):
        shot = render_frames(motion, [frame], camera, size=size, names=("cover", camera.name))
        for row in range(2):
            place = (column / len(RIG), (1 - row) / 2, 1 / len(RIG), 1 / 2)
            axes = figure.add_axes(place)
            axes.imshow(shot.images[0], alpha=1.0 if row == 0 else 0.45)
            axes.set_axis_off()
            if row:
                draw_pose_2d(axes, shot.joints_2d[0], visible=shot.visible[0])
    canvas.draw()  # type: ignore[no-untyped-call]
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()  # type: ignore[no-untyped-call]


def write_cover(file: Path) -> None:
    """Write the picture as WebP, below 100 KB.

    Raises:
        ValueError: it is larger; a repository keeps every version of it.
    """
    write_picture(Image.fromarray(cover()), file)


def write_picture(picture: Image.Image, file: Path) -> None:
    """Write a picture that a repository keeps, as WebP.

    Raises:
        ValueError: it would have more than 100 KB; a repository keeps every version of it.
    """
    written = io.BytesIO()
    picture.save(written, "WEBP", quality=80, method=6)
    content = written.getvalue()
    if len(content) > 100_000:
        raise ValueError(f"{file.name} would have {len(content)} bytes; at most 100,000 are kept")
    file.write_bytes(content)


if __name__ == "__main__":
    write_cover(checkout() / PICTURE)
