"""Rounded cones to visible pixels: exact scan-line spans, depth on each covered pixel, one z-buffer.

A rounded cone is swept by a sphere whose centre moves from one end to the other while its radius changes
linearly; seen from the camera its outline is the convex hull of two discs. Each is rendered under the
orthographic projection that fits it (perspective acts between the ends and between cones, not across the
thickness of one), where outline, depth and normal have closed forms.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from pose_lib.geometry.boxes import to_crop
from pose_lib.geometry.cameras import Camera

__all__ = ["Hits", "Outlines", "visible_pixels"]

_FAR = torch.iinfo(torch.int64).max
_NEAR = 150.0  # mm
_THINNEST = 0.6  # pixels: thinner things would fall between the centres of pixels
_END_ON = 1e-5


@dataclass(frozen=True)
class Outlines:
    """``N`` pictures of ``P`` rounded cones, in pixels of the pictures."""

    xy: Tensor
    """``(N, P, 2, 2)`` pixels of both ends; NaN hides the cone."""
    depth: Tensor
    """``(N, P, 2)`` mm."""
    radius: Tensor
    """``(N, P, 2)`` pixels."""
    scale: Tensor
    """``(N, P)`` mm per pixel."""

    @classmethod
    def through(cls, camera: Camera, ends: Tensor, radii: Tensor, boxes: Tensor, size: int) -> Outlines:
        """What a camera sees of cones in crops of ``size`` pixels.

        Args:
            camera: its lens distortion bends every end.
            ends: ``(N, P, 2, 3)`` world mm; a cone that comes closer than 150 mm to the camera's plane, or
                behind it, is hidden.
            radii: ``(P, 2)`` mm.
            boxes: ``(N, 4)`` squares in image pixels, of the type of ``ends``.
            size: side of a crop.
        """
        ends = camera.to_camera(ends)
        depth = ends[..., 2]
        hidden = (depth < _NEAR).any(-1)
        n, p = hidden.shape
        pixels = camera.project(ends).masked_fill(hidden[..., None, None], torch.nan)
        xy = to_crop(pixels.view(n, p * 2, 2), boxes, size).view(n, p, 2, 2)
        zoom = float(camera.f.mean()) * size / (boxes[:, 2] - boxes[:, 0])
        radius = (radii * zoom[:, None, None] / depth).clamp(min=_THINNEST)
        return cls(xy, depth, radius, depth.mean(-1) / zoom[:, None])


@dataclass(frozen=True)
class Hits:
    """The ``V`` covered pixels of a batch, each with the cone that is in front there."""

    pixel: Tensor
    """``(V,)`` index into the ``N * height * width`` pixels."""
    solid: Tensor
    """``(V,)`` index into the ``N * P`` cones."""
    along: Tensor
    """``(V,)`` place on the axis, 0 at the first end and 1 at the second."""
    normal: Tensor
    """``(3, V)`` of the surface, unit, in the camera's frame."""
    depth: Tensor
    """``(V,)`` mm."""


def visible_pixels(outlines: Outlines, width: int, height: int) -> Hits:
    """The surface in front in each pixel of ``N`` pictures of ``height`` rows and ``width`` columns.

    It does not depend on the order of the cones. Memory grows with the number of covered pixels.
    """
    axis = _Axes.of(outlines)
    solid, column, row = _covered(outlines.xy.flatten(0, 1), outlines.radius.flatten(0, 1), width, height)
    n, p = outlines.depth.shape[:2]
    wx = column + 0.5 - axis.x.index_select(0, solid)
    wy = row + 0.5 - axis.y.index_select(0, solid)
    along, bulge = axis.meet(solid, wx, wy)
    depth = torch.addcmul(axis.z.index_select(0, solid), bulge, axis.scale.index_select(0, solid))
    pixel = (solid.div(p, rounding_mode="floor") * height + row.long()) * width + column.long()
    # Positive floats sort like their bits; the cone's index below them makes every key unique.
    key = (depth.clamp(min=0).view(torch.int32).long() << 32) | solid
    nearest = key.new_full((n * height * width,), _FAR).scatter_reduce_(0, pixel, key, "amin")
    front = (key == nearest.index_select(0, pixel)).nonzero().squeeze(1)
    solid, along, wx, wy, bulge, depth, pixel = (
        value.index_select(0, front) for value in (solid, along, wx, wy, bulge, depth, pixel)
    )
    ux, uy, uz, radius, taper, length = (
        value.index_select(0, solid) for value in (axis.ux, axis.uy, axis.uz, axis.r, axis.k, axis.length)
    )
    normal = torch.stack([wx - along * ux, wy - along * uy, bulge - along * uz])
    normal /= torch.addcmul(radius, along, taper)
    x, y, z = normal
    normal /= torch.addcmul(torch.addcmul(x * x, y, y), z, z).clamp_(min=1e-12).sqrt_()
    return Hits(pixel, solid, along / length, normal, depth)


@dataclass(frozen=True)
class _Axes:
    """Cones: first end ``x, y`` (pixels) and ``z`` (mm), unit axis ``u``, radius ``r + k t`` at ``t``."""

    x: Tensor
    y: Tensor
    z: Tensor
    scale: Tensor
    ux: Tensor
    uy: Tensor
    uz: Tensor
    length: Tensor
    r: Tensor
    k: Tensor

    @classmethod
    def of(cls, outlines: Outlines) -> _Axes:
        a, b = outlines.xy.flatten(0, 1).unbind(1)
        za, zb = outlines.depth.flatten(0, 1).unbind(1)
        ra, rb = outlines.radius.flatten(0, 1).unbind(1)
        scale = outlines.scale.flatten()
        d = torch.cat([b - a, ((zb - za) / scale)[:, None]], dim=1)
        length = d.norm(dim=1).clamp(min=1e-3)
        ux, uy, uz = (d / length[:, None]).unbind(1)
        # Where the sphere at one end contains the other, the cone is that sphere.
        k = ((rb - ra) / length).clamp(-0.95, 0.95)
        return cls(a[:, 0], a[:, 1], za, scale, ux, uy, uz, length, ra, k)

    def meet(self, solid: Tensor, wx: Tensor, wy: Tensor) -> tuple[Tensor, Tensor]:
        """Where the ray through ``a + w`` enters: place on the axis and depth behind ``a``, in pixels.

        The surface is the envelope of the spheres: ``|q|^2 - 2 t q.u + t^2 = (r + k t)^2`` with a double
        root in ``t``. The first of its two crossings with the ray, clamped to the ends, is the sphere hit.
        """
        ux, uy, uz, length, r, k = (
            v.index_select(0, solid) for v in (self.ux, self.uy, self.uz, self.length, self.r, self.k)
        )
        e = torch.addcmul(ux * wx, uy, wy).addcmul_(k, r)
        m = 1 - k * k
        a = m - uz * uz
        inside = r * r - wx * wx - wy * wy
        root = torch.addcmul(e * e, a, inside).clamp_(min=0).div_(m).sqrt_()
        # Seen along its axis a cone shows its flank only behind the smaller end, else just the nearer sphere.
        flank = (a > _END_ON) | ((uz * k > 0) & (a < -_END_ON))
        t = torch.where(flank, (e - uz * root) / a, torch.where(uz < 0, length, 0.0))
        t = torch.minimum(t.clamp_(min=0), length)
        radius = torch.addcmul(r, k, t)
        square = radius * radius - (wx - t * ux).square_() - (wy - t * uy).square_()
        return t, t * uz - square.clamp_(min=0).sqrt_()


def _covered(xy: Tensor, radius: Tensor, width: int, height: int) -> tuple[Tensor, Tensor, Tensor]:
    """Cone, column and row (float) of every pixel whose centre lies in a cone's outline."""
    low = (xy[..., 1] - radius).amin(1)
    high = (xy[..., 1] + radius).amax(1)
    first = (low - 0.5).ceil().clamp(min=0)
    rows = ((high - 0.5).floor().clamp(max=height - 1) - first + 1).nan_to_num(0.0).clamp(min=0).long()
    solid = torch.repeat_interleave(rows)
    y = first.index_select(0, solid) + _rank(rows, solid)
    left, right = _span(xy, radius, solid, y + 0.5)
    start = (left - 0.5).ceil().clamp(min=0)
    count = ((right - 0.5).floor().clamp(max=width - 1) - start + 1).clamp(min=0).long()
    line = torch.repeat_interleave(count)
    column = start.index_select(0, line) + _rank(count, line)
    return solid.index_select(0, line), column, y.index_select(0, line)


def _rank(counts: Tensor, group: Tensor) -> Tensor:
    """0, 1, 2, ... within each group of ``repeat_interleave(counts)``."""
    start = counts.cumsum(0) - counts
    return torch.arange(len(group), device=group.device) - start.index_select(0, group)


def _span(xy: Tensor, radius: Tensor, solid: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Left and right edge on the scan lines ``y`` of the convex hull of a cone's two discs."""
    a, b = xy.unbind(1)
    ra, rb = radius.unbind(1)
    d = b - a
    distance = d.norm(dim=1).clamp(min=1e-6)
    d = d / distance[:, None]
    # The common tangents touch both discs along the normals n, with n . d = (ra - rb) / distance.
    cos = ((ra - rb) / distance).clamp(-1, 1)
    sin = (1 - cos * cos).sqrt()
    left = torch.full_like(y, torch.inf)
    right = torch.full_like(y, -torch.inf)
    for centre, r in ((a, ra), (b, rb)):
        cx, cy, r2 = (v.index_select(0, solid) for v in (centre[:, 0], centre[:, 1], r * r))
        half = r2 - (y - cy).square_()
        hit = half >= 0
        half = half.clamp_(min=0).sqrt_()
        left = torch.where(hit, torch.minimum(left, cx - half), left)
        right = torch.where(hit, torch.maximum(right, cx + half), right)
    for side in (sin, -sin):
        nx, ny = cos * d[:, 0] - side * d[:, 1], cos * d[:, 1] + side * d[:, 0]
        x0, y0 = a[:, 0] + ra * nx, a[:, 1] + ra * ny
        slope = (b[:, 0] + rb * nx - x0) / (b[:, 1] + rb * ny - y0)
        y1 = b[:, 1] + rb * ny
        x0, low, high, y0, slope = (
            v.index_select(0, solid) for v in (x0, torch.minimum(y0, y1), torch.maximum(y0, y1), y0, slope)
        )
        x = torch.addcmul(x0, slope, y - y0)
        hit = (y >= low) & (y <= high) & x.isfinite()
        left = torch.where(hit, torch.minimum(left, x), left)
        right = torch.where(hit, torch.maximum(right, x), right)
    return left, right
