"""The pinhole camera of Human3.6M, with that data set's model of lens distortion."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

__all__ = ["Camera"]

_NEWTON_STEPS = 8  # quadratic: five reach float64's precision anywhere in a Human3.6M image
_NOT_A_ROTATION = 1e-2  # calibration files round their numbers


@dataclass(frozen=True, eq=False)
class Camera:
    """A calibrated camera. World and camera frames in mm; the camera's x right, y down, z forward.

    Pixels are continuous: pixel ``i`` covers ``[i, i + 1)``. All methods take points with any leading
    dimensions, keep their type and device, and pass gradients.
    """

    name: str
    R: Tensor
    """``(3, 3)`` rotation from the world to the camera."""
    T: Tensor
    """``(3,)`` centre of the camera in the world, mm."""
    f: Tensor
    """``(2,)`` focal length, pixels."""
    c: Tensor
    """``(2,)`` principal point, pixels."""
    k: Tensor
    """``(3,)`` radial distortion."""
    p: Tensor
    """``(2,)`` tangential distortion."""
    width: int
    height: int

    def __post_init__(self) -> None:
        """Check the shapes of the parameters, and that there is a camera which has them."""
        for field, shape in (("R", (3, 3)), ("T", (3,)), ("f", (2,)), ("c", (2,)), ("k", (3,)), ("p", (2,))):
            found = tuple(getattr(self, field).shape)
            if found != shape:
                raise ValueError(f"camera {self.name!r}: {field} has shape {found}, expected {shape}")
            if not bool(getattr(self, field).isfinite().all()):
                raise ValueError(f"camera {self.name!r}: {field} holds a value that is not finite")
        if not bool((self.f > 0).all()):
            raise ValueError(
                f"camera {self.name!r}: f is {self.f.tolist()}; a focal length is above 0 pixels"
            )
        skew = self.R.double() @ self.R.double().mT - torch.eye(3, dtype=torch.float64, device=self.R.device)
        if float(skew.abs().max()) > _NOT_A_ROTATION or float(torch.linalg.det(self.R.double())) < 0:
            raise ValueError(f"camera {self.name!r}: R is no rotation; its rows must be the camera's axes")
        if not (self.width > 0 and self.height > 0):
            raise ValueError(f"camera {self.name!r}: its image is {self.width} by {self.height} pixels")

    def to(self, device: torch.device | str | None = None, dtype: torch.dtype | None = None) -> Camera:
        """The same camera with its parameters on a device or in a type."""
        names = ("R", "T", "f", "c", "k", "p")
        return replace(self, **{n: getattr(self, n).to(device=device, dtype=dtype) for n in names})

    def to_camera(self, points: Tensor) -> Tensor:
        """Points ``(..., 3)`` from the world to the camera's frame, mm: ``R (X - T)``."""
        return (points - self.T.to(points)) @ self.R.to(points).T

    def to_world(self, points: Tensor) -> Tensor:
        """Points ``(..., 3)`` from the camera's frame to the world, mm."""
        return points @ self.R.to(points) + self.T.to(points)

    def project(self, points: Tensor) -> Tensor:
        """Pixels ``(..., 2)`` of points ``(..., 3)`` given in the camera's frame.

        A point on or behind the plane of the camera has no image, nor has one that is not finite or lies so
        near that plane that its pixels would not be: they are NaN.
        """
        depth = points[..., 2:]
        ray = points[..., :2] / torch.where(depth > 0, depth, torch.nan)
        pixels = self._distort(ray) * self.f.to(points) + self.c.to(points)
        return torch.where(pixels.isfinite().all(-1, keepdim=True), pixels, torch.nan)

    def unproject(self, pixels: Tensor, depth: Tensor) -> Tensor:
        """Points ``(..., 3)`` in the camera's frame, mm, of pixels ``(..., 2)`` at a depth ``(...)``.

        The pixels lie in the image or near it; far outside, the distortion has no inverse. NaN where a pixel
        or its depth is.
        """
        ray = self._undistort((pixels - self.c.to(pixels)) / self.f.to(pixels))
        ray = torch.cat([ray, torch.ones_like(ray[..., :1])], dim=-1)
        return ray * torch.as_tensor(depth, dtype=pixels.dtype, device=pixels.device)[..., None]

    def _distort(self, ray: Tensor) -> Tensor:
        """Human3.6M's formula: the tangential factor is 1, where OpenCV has 2 on the products."""
        p = self.p.to(ray)
        r2 = (ray * ray).sum(-1, keepdim=True)
        return ray * self._gain(ray, r2) + p.flip(0) * r2

    def _gain(self, ray: Tensor, r2: Tensor) -> Tensor:
        k, p = self.k.to(ray), self.p.to(ray)
        radial = 1 + r2 * (k[0] + r2 * (k[1] + r2 * k[2]))
        return radial + (ray * p.flip(0)).sum(-1, keepdim=True)

    def _undistort(self, image: Tensor) -> Tensor:
        """Newton's method on ``_distort(ray) = image``: Jacobian ``gain I + ray slope' + 2 q ray'``."""
        k, q = self.k.to(image), self.p.to(image).flip(0)
        identity = torch.eye(2, dtype=image.dtype, device=image.device)
        ray = image
        for _ in range(_NEWTON_STEPS):
            r2 = (ray * ray).sum(-1, keepdim=True)
            gain = self._gain(ray, r2)
            slope = 2 * ray * (k[0] + r2 * (2 * k[1] + r2 * 3 * k[2])) + q
            jacobian = gain[..., None] * identity + ray[..., :, None] * slope[..., None, :]
            (a, b), (c, d) = (
                row.unbind(-1) for row in (jacobian + 2 * q[:, None] * ray[..., None, :]).unbind(-2)
            )
            u, v = (ray * gain + q * r2 - image).unbind(-1)
            ray = ray - torch.stack([d * u - b * v, a * v - c * u], dim=-1) / (a * d - b * c)[..., None]
        return ray
