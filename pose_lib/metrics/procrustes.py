"""Procrustes alignment and PA-MPJPE in closed form.

The best rotation of one pose onto another maximises ``tr(R' B)`` with the 3 x 3 covariance ``B = sum t p'``
(Wahba's problem). Its value ``lambda`` is the largest root of the quartic
``(lambda^2 - |B|^2)^2 - 8 lambda det B - 4 |cof B|^2``, found by Newton's method from above, and
``R = ((kappa + |B|^2) B + lambda cof B - B B' B) / zeta`` with ``kappa = (lambda^2 - |B|^2) / 2`` and
``zeta = kappa lambda - det B`` (Markley 1993, "Attitude determination using vector observations: a fast
optimal matrix algorithm"). All of it is arithmetic on numbers, so thousands of poses run side by side; the
singular value decomposition is left for the few whose rotation is all but undetermined (``zeta`` near zero).
"""

from __future__ import annotations

import torch
from torch import Tensor

from pose_lib.metrics.layout import Poses, check_millimetres, check_pair, check_truth, columns, over_chunks
from pose_lib.metrics.mpjpe import length

__all__ = ["pa_mpjpe", "procrustes_align"]

_NEWTON_STEPS = 30
_CONVERGED = 1e-9  # of lambda, which is at most 1
_GAP = {torch.float32: 1e-2, torch.float64: 1e-4}  # smallest sigma_2 + sigma_3 of the fast path


def pa_mpjpe(pred: Poses, true: Poses) -> tuple[Tensor, int]:
    """MPJPE after the best similarity transform of each prediction onto its truth ("Protocol 2").

    Rotation (never a reflection), translation and scale are fitted to each pose; all ``J`` joints count.

    Args:
        pred: ``(N, J, 3)`` mm.
        true: ``(N, J, 3)`` mm, finite.

    Returns:
        Errors ``(N,)`` in mm, always finite, and the number of degenerate poses (see
        :func:`procrustes_align`), which should be reported with the mean.

    Raises:
        ValueError: the shapes differ or are not ``(N, J, 3)``, there is no joint, a true pose is not finite,
            or the true poses look like metres (:func:`~pose_lib.metrics.layout.check_millimetres`).
    """
    a, b = _checked(pred, true)
    errors = a.new_empty(len(a))

    def work(part: slice) -> int:
        residual, degenerate = _residuals(a[part], b[part])
        torch.mean(length(residual), dim=0, out=errors[part])
        return int(degenerate.sum())

    return errors, sum(over_chunks(work, a))


def procrustes_align(pred: Poses, true: Poses) -> tuple[Tensor, Tensor]:
    """Each prediction under the similarity transform that brings it nearest to its truth (least squares).

    Args:
        pred: ``(N, J, 3)`` mm.
        true: ``(N, J, 3)`` mm, finite.

    Returns:
        The aligned predictions ``(N, J, 3)``, and a mask ``(N,)`` of degenerate poses: those for which more
        than one rotation is best (all points on a line or in one point, or a mirror image with a tie), where
        one of the best is taken, and predictions that are not finite, which become the centre of the truth.

    Raises:
        ValueError: the shapes differ or are not ``(N, J, 3)``, there is no joint, a true pose is not finite,
            or the true poses look like metres (:func:`~pose_lib.metrics.layout.check_millimetres`).
    """
    a, b = _checked(pred, true)
    aligned = torch.empty_like(b)
    mask = torch.empty(len(b), dtype=torch.bool, device=b.device)

    def work(part: slice) -> None:
        residual, mask[part] = _residuals(a[part], b[part])
        aligned[part] = b[part] - residual.permute(2, 0, 1)

    over_chunks(work, a)
    return aligned, mask


def _checked(pred: Poses, true: Poses) -> tuple[Tensor, Tensor]:
    a, b = check_pair(pred, true, dimensions=(3,))
    check_millimetres(b)
    check_truth(b)
    return a, b


def _residuals(pred: Tensor, true: Tensor) -> tuple[Tensor, Tensor]:
    """Truth minus aligned prediction ``(J, 3, B)`` of poses ``(B, J, 3)``; degenerate ones ``(B,)``."""
    residual, determined = _fast(columns(pred), columns(true))
    degenerate = torch.zeros_like(determined)
    rest = torch.nonzero(~determined)[:, 0]
    if len(rest):
        exact, degenerate[rest] = _by_svd(pred[rest].double(), true[rest].double())
        residual[..., rest] = exact.permute(1, 2, 0).to(residual)
    return residual, degenerate


def _fast(p: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
    """Residuals ``(J, 3, B)`` in closed form, and where they can be trusted ``(B,)``."""
    p -= p.mean(0)
    t -= t.mean(0)
    covariance = p.new_zeros(3, 3, p.shape[-1])
    for joint in range(len(p)):
        covariance.addcmul_(t[joint][:, None], p[joint][None])
    size_p, size_t = (x.square().sum((0, 1)).double() for x in (p, t))
    rotation, value, gap = _rotation(covariance.double() / (size_p * size_t).sqrt())
    transform = (rotation * (value * (size_t / size_p).sqrt())).to(p)
    for k in range(3):
        t.addcmul_(transform[:, k], p[:, k, None], value=-1)
    return t, gap > _GAP[p.dtype]


def _rotation(b: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Best rotation ``(3, 3, B)`` for ``b (3, 3, B)``, its value ``lambda <= 1``, and how certain it is.

    The certainty is at most ``sigma_2 + sigma_3`` (singular values, the last with the determinant's sign),
    and zero where Newton's method has not converged.
    """
    cofactor = b.roll((-1, -1), (0, 1)) * b.roll((-2, -2), (0, 1))
    cofactor -= b.roll((-1, -2), (0, 1)) * b.roll((-2, -1), (0, 1))
    det = (b[0] * cofactor[0]).sum(0)
    norm2, cofactor2 = b.square().sum((0, 1)), cofactor.square().sum((0, 1))
    value = (3 * norm2).sqrt().clamp(max=1)  # both bound lambda from above, whence Newton never overshoots
    step = value
    for _ in range(_NEWTON_STEPS):
        a = value.square() - norm2
        step = (a * a - 8 * value * det - 4 * cofactor2) / (4 * value * a - 8 * det)
        value = value - step
        if not bool((step.abs() >= _CONVERGED).any()):
            break
    kappa = (value.square() - norm2) / 2
    zeta = kappa * value - det
    rotation = ((kappa + norm2) * b + value * cofactor - _product(b, _product(b.transpose(0, 1), b))) / zeta
    gap = torch.where(step.abs() < _CONVERGED, zeta / value.square(), 0)
    return rotation, value, gap


def _product(a: Tensor, b: Tensor) -> Tensor:
    """Matrix product of ``(3, 3, B)`` with ``(3, 3, B)``."""
    return (a[:, :, None] * b[None]).sum(1)


def _by_svd(p: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
    """Residuals ``(M, J, 3)`` of any poses ``(M, J, 3)`` and which of them are degenerate ``(M,)``."""
    p, t = p - p.mean(1, keepdim=True), t - t.mean(1, keepdim=True)
    finite, known = (torch.isfinite(x.square().sum((1, 2))) for x in (p, t))
    if not bool(known.all()):
        raise ValueError("the true poses hold a value that is not finite: filter those samples out first")
    p = torch.where(finite[:, None, None], p, 0)
    u, sigma, vh = torch.linalg.svd(t.mT @ p)
    sign = torch.ones_like(sigma)
    sign[:, 2] = torch.linalg.det(u @ vh).sign()
    sigma = sigma * sign
    rotation = u * sign[:, None] @ vh
    size = p.square().sum((1, 2))
    scale = torch.where(size > 0, sigma.sum(1) / size, 0)
    degenerate = (sigma[:, 1] + sigma[:, 2] <= 1e-6 * sigma[:, 0]) | ~finite
    return t - scale[:, None, None] * (p @ rotation.mT), degenerate
