"""Light on surfaces and shadows on the floor."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from torch import Tensor

from pose_lib.data.seeds import rng
from pose_lib.data.synthetic.flesh import MATERIALS, Solids
from pose_lib.data.synthetic.raster import Hits, Outlines, visible_pixels
from pose_lib.data.synthetic.rooms import Light
from pose_lib.geometry.cameras import Camera

__all__ = ["shaded", "shadows"]

_TILE = 64
_SHADOW = (96, 32)  # rows, columns; the floor is seen at a slope of about 1 in 3: shadows of discs get round
_WRAP = 0.15  # how far the lamp's light reaches beyond surfaces that face it
_DARKEST = 0.6
_THIN = 18.0  # mm; thinner solids cast no shadow
_FADE = 700.0  # mm of height over which a shadow blurs away


def shaded(hits: Hits, solids: Solids, camera: Camera, light: Light) -> Tensor:
    """Colours ``(V, 3)`` in 0-255 of visible surfaces: texture times the light of lamp, ceiling and floor."""
    kind = hits.solid.remainder(len(solids.part))
    turn = camera.R.to(hits.normal)
    texture = _texture(hits, solids, kind, turn)
    lamp = (turn @ turn.new_tensor(light.towards)) @ hits.normal
    lamp = lamp.add_(_WRAP).div_(1 + _WRAP).clamp_(min=0)
    sky = (turn[:, 2] @ hits.normal).mul_(0.5).add_(0.5)
    colour = hits.normal.new_empty(len(kind), 3)
    for k in range(3):
        first, second = (
            side.index_select(0, kind) for side in solids.colours[..., k].square().T.contiguous()
        )
        glow = torch.add(lamp * light.key[k], sky, alpha=light.ambient[k] - light.bounce[k])
        colour[:, k] = torch.lerp(first, second, texture) * glow.add_(light.bounce[k])
    return colour.clamp_(min=0).sqrt_().mul_(255)


def shadows(solids: Solids, camera: Camera, boxes: Tensor, size: int, light: Light) -> Tensor:
    """Factors ``(N, S, S)`` by which shadows darken the background: the solids projected onto the floor.

    They are rendered at low resolution and enlarged, which blurs them; higher solids have fainter shadows.
    """
    rows, columns = _SHADOW
    towards = boxes.new_tensor(light.towards)
    thick = (solids.radii.amax(1) > _THIN).nonzero().squeeze(1)
    ends = solids.ends.index_select(1, thick)
    height = ends[..., 2:].clamp(min=0)
    flat = ends - height * (towards / towards[2])
    flat[..., 2] = 0
    seen = Outlines.through(camera, flat, 1.25 * solids.radii[thick], boxes, columns)
    # The lowest solid is the nearest to the floor: its shadow is the darkest and is the one that is kept.
    squashed = seen.xy * boxes.new_tensor([1.0, rows / columns])
    hits = visible_pixels(Outlines(squashed, 1 + height[..., 0], seen.radius, seen.scale), columns, rows)
    strength = torch.exp(height[..., 0].mean(-1) / -_FADE).view(-1).index_select(0, hits.solid)
    shade = boxes.new_ones(len(boxes) * rows * columns)
    shade[hits.pixel] = 1 - _DARKEST * strength * hits.normal[2].neg().clamp_(min=0)
    enlarged = torch.nn.functional.interpolate(
        shade.view(-1, 1, rows, columns), size=(size, size), mode="bilinear", align_corners=False
    )
    return enlarged[:, 0]


def _texture(hits: Hits, solids: Solids, kind: Tensor, turn: Tensor) -> Tensor:
    """Share ``(V,)`` of the second colour at the surface points ``a + along * axis + radius * normal``."""
    grain = solids.grain.flatten(0, 1)
    axis = (solids.ends[:, :, 1] - solids.ends[:, :, 0]).flatten(0, 1)
    slope = (grain * axis[:, None]).sum(-1)
    first, second = solids.radii.index_select(0, kind).unbind(1)
    radius = torch.lerp(first, second, hits.along)
    place = solids.material.index_select(0, kind)
    for i, start in enumerate(solids.phase.flatten(0, 1).unbind(1)):
        around = torch.zeros_like(radius)
        for k, g in enumerate((grain[:, i] @ turn.T).T.contiguous()):
            around.addcmul_(g.index_select(0, hits.solid), hits.normal[k])
        at = torch.addcmul(
            start.index_select(0, hits.solid), slope[:, i].index_select(0, hits.solid), hits.along
        )
        at.addcmul_(radius, around)
        place = place * _TILE + (at - at.floor()).mul_(_TILE).long().clamp_(max=_TILE - 1)
    return _atlas().to(radius.device).index_select(0, place)


@cache
def _atlas() -> Tensor:
    """Sheets of 64 by 64 in the order of ``MATERIALS``, flattened: rows run along a texture's first axis."""
    draw = rng("materials")
    row, column = np.mgrid[0:_TILE, 0:_TILE] / _TILE
    white = draw.normal(size=(_TILE, _TILE))
    frequency = np.fft.fftfreq(_TILE)
    smooth = np.fft.ifft2(np.fft.fft2(white) * np.exp(-60 * (frequency[:, None] ** 2 + frequency**2))).real
    smooth = smooth / smooth.std()
    strands = draw.normal(size=(1, _TILE)).repeat(_TILE, axis=0)
    sheets = {
        "plain": 0 * row,
        "stripes": row < 0.42,
        "checks": 0.5 * ((2 * row % 1 < 0.4) * 1.0 + (2 * column % 1 < 0.4)),
        "dots": np.hypot(row - 0.5, column - 0.5) < 0.27,
        "skin": 0.35 + 0.2 * smooth,
        "hair": 0.4 + 0.35 * strands,
        "denim": 0.45 + 0.14 * smooth + 0.12 * white,
        "knit": 0.4 + 0.2 * smooth,
    }
    return torch.from_numpy(
        np.stack([sheets[m] * 1.0 for m in MATERIALS]).clip(0, 1).astype(np.float32)
    ).view(-1)
