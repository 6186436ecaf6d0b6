"""The renderer: crops/s beside one that tests every cone at every pixel, and memory by size of the batch."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from benchmarks.timing import interleaved, result, threads
from pose_lib.data.synthetic.anatomy import person
from pose_lib.data.synthetic.flesh import Solids
from pose_lib.data.synthetic.motion import generate
from pose_lib.data.synthetic.raster import Outlines
from pose_lib.data.synthetic.render import Pictures, render
from pose_lib.data.synthetic.rig import RIG
from pose_lib.data.synthetic.rooms import room
from pose_lib.data.synthetic.shots import subject_boxes

CROPS = 600  # a minute of one camera at the default step
NAIVE_CROPS = 20
SIZE = 128
CORES = 2
BATCHES = (8, 32, 128)
Scene = tuple[Solids, torch.Tensor]


def run() -> Iterator[dict[str, Any]]:
    scene = walker(CROPS)
    part = walker(NAIVE_CROPS)
    with threads(CORES):
        timings = interleaved({"ours": lambda: draw(*scene), "every pixel": lambda: naive(*part)}, 5)
    every = timings["every pixel"]
    scaled = type(every)(tuple(s * CROPS / NAIVE_CROPS for s in every.seconds))
    yield result("render", "crops/s", CROPS, timings["ours"], yardsticks={"every pixel": scaled}, size=SIZE)
    for batch in BATCHES:
        code = (
            f"import torch; torch.set_num_threads({CORES}); "
            f"from benchmarks.render import peak; print(peak({batch}))"
        )
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        yield {
            "name": "render",
            "value": round(float(done.stdout), 1),
            "unit": "MiB above the inputs and the finished crops",
            "batch": batch,
            "repetitions": 1,
        }


def walker(crops: int) -> Scene:
    """The solids of someone who walks, and the boxes around them."""
    motion = generate("Walking", "S1", 1, seconds=crops / 10)
    points = torch.from_numpy(motion.points[::5][:crops])
    pixels = RIG[0].project(RIG[0].to_camera(points))
    return person(points, motion.body, motion.outfit), subject_boxes(pixels, "benchmark")


def draw(solids: Solids, boxes: torch.Tensor, batch: int = 32) -> Pictures:
    return render(solids, RIG[0], boxes, SIZE, room("benchmark"), batch=batch)


def naive(solids: Solids, boxes: torch.Tensor) -> torch.Tensor:
    """Depths (N, S, S) by projecting every pixel onto every cone's axis; no shading, no room, no noise."""
    seen = Outlines.through(RIG[0], solids.ends, solids.radii, boxes.float(), SIZE)
    grid = torch.arange(SIZE) + 0.5
    pixels = torch.stack(torch.meshgrid(grid, grid, indexing="xy"), -1)
    pictures = []
    for xy, depth, radius, scale in zip(seen.xy, seen.depth, seen.radius, seen.scale, strict=True):
        a, axis = xy[:, 0, None, None], (xy[:, 1] - xy[:, 0])[:, None, None]
        along = (((pixels - a) * axis).sum(-1) / (axis * axis).sum(-1)).clamp(0, 1)
        across = (pixels - a - along[..., None] * axis).norm(dim=-1)
        r = torch.lerp(radius[:, 0, None, None], radius[:, 1, None, None], along)
        z = torch.lerp(depth[:, 0, None, None], depth[:, 1, None, None], along)
        bulge = scale[:, None, None] * (r * r - across * across).clamp(min=0).sqrt()
        pictures.append(torch.where(across < r, z - bulge, torch.inf).amin(0))
    return torch.stack(pictures)


def peak(batch: int) -> float:
    """MiB by which rendering raises the peak memory of this process, without the crops themselves."""
    solids, boxes = walker(CROPS)
    draw(solids.at(slice(0, 8)), boxes[:8], 8)
    before = resident("VmRSS")
    # Otherwise the peak could be an earlier one, of the imports or of making the scene.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    out = draw(solids, boxes, batch)
    kept = sum(t.nbytes for t in (out.images, out.parts, out.depth)) / 2**20
    return resident("VmHWM") - before - kept


def resident(line: str) -> float:
    """MiB of this process, as Linux reports them."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(float(entry.split()[1]) / 1024 for entry in status if entry.startswith(line))
