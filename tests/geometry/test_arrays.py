"""Numbers of any origin become the same tensor."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from pose_lib.geometry.arrays import as_array, as_index, as_tensor, at_least_zero

WHOLE = np.arange(24.0).reshape(2, 4, 3)


def read_only(folder: Path) -> np.ndarray:
    np.save(folder / "poses.npy", WHOLE)
    return np.load(folder / "poses.npy", mmap_mode="r")  # type: ignore[no-any-return]


def record(values: np.ndarray) -> np.ndarray:
    """The same numbers as a field of records, with a byte between them."""
    packed = np.zeros(values.shape, dtype=[("flag", "u1"), ("value", "f8")])
    packed["value"] = values
    return packed["value"]


def test_every_form_gives_the_numbers_of_a_plain_copy(tmp_path: Path) -> None:
    forms = (
        WHOLE[::-1].copy()[::-1],
        np.asfortranarray(WHOLE),
        WHOLE.astype(">f8"),
        WHOLE.astype(">f4"),
        WHOLE.astype("<i2"),
        WHOLE.astype(np.uint8),
        WHOLE.astype(np.float16),
        WHOLE.astype(np.longdouble),
        read_only(tmp_path),
        record(WHOLE),
        WHOLE.tolist(),
        tuple(WHOLE),
        [torch.from_numpy(part).requires_grad_() for part in WHOLE],
        torch.from_numpy(WHOLE).long(),
        torch.from_numpy(WHOLE).bfloat16(),
        torch.from_numpy(WHOLE).requires_grad_(),
        torch.from_numpy(WHOLE).flip(1).flip(1),
    )
    for form in forms:
        tensor = as_tensor(form)
        assert tensor.is_floating_point()
        assert torch.equal(tensor.detach().double(), torch.from_numpy(WHOLE))
        np.testing.assert_array_equal(as_array(form), WHOLE)
    np.testing.assert_array_equal(as_array(pd.Series([1, 2])), [1, 2])
    np.testing.assert_array_equal(as_array(np.broadcast_to(1.0, (2, 2))), np.ones((2, 2)))


def test_tensors_of_floats_keep_type_memory_and_gradient() -> None:
    tensor = torch.ones(3, dtype=torch.bfloat16, requires_grad=True)
    assert as_tensor(tensor) is tensor
    array = np.ones(3, dtype=np.float32)
    assert as_tensor(array).data_ptr() == array.ctypes.data


def test_masked_values_are_missing_and_not_what_lies_under_the_mask() -> None:
    masked = np.ma.masked_array([1.0, 1e20], mask=[False, True])
    np.testing.assert_array_equal(as_array(masked), [1, np.nan])


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "7",
        ["a", 1.0],
        [1.0, None],
        [[1.0], [1.0, 2.0]],
        [torch.ones(2), torch.ones(3)],
        np.array([1 + 2j]),
        np.array(["2020-01-01"], dtype="datetime64[D]"),
        [True, False],
        torch.ones(2, dtype=torch.bool),
        torch.ones(2, dtype=torch.complex64),
        {"a": 1},
    ],
)
def test_what_is_no_array_of_numbers_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="expected an array of numbers"):
        as_tensor(wrong)  # type: ignore[arg-type]


def test_positions_and_thresholds_are_checked() -> None:
    assert as_index("root", np.int64(3), 4) == 3
    for wrong in (-1, 4, True, np.True_, 1.0, None, "0"):
        with pytest.raises(ValueError, match=r"root is .*; it must be a whole number from 0 to 3"):
            as_index("root", wrong, 4)
    assert at_least_zero("alpha", 0) == 0
    assert at_least_zero("alpha", np.float32(0.5)) == 0.5
    assert at_least_zero("alpha", torch.tensor(0.5)) == 0.5
    for bad in (-0.1, float("nan"), float("inf"), True, None, "1", np.ones(2)):
        with pytest.raises(ValueError, match=r"alpha is .*; it must be a finite number, 0 or more"):
            at_least_zero("alpha", bad)
