"""Rows of dictionaries on a GPU, or in Triton's interpreter: against the law."""

import numpy as np
import pytest
import torch

pytest.importorskip("triton")

from neurosparse.kernels.base.machine.gpu import find_device
from neurosparse.kernels.coding.decode_rows import decode_rows, decode_rows_backward
from neurosparse.kernels.coding.encode_topk import encode_topk
from tests.kernels.coding.test_decode_rows import problem


@pytest.mark.parametrize("counts", [[3, 0, 2], [], [0]], ids=str)
def test_sums_of_rows_on_a_gpu_are_the_law(counts):
    from neurosparse.kernels.coding.decode_rows import gpu

    code = problem(5, 7, counts)
    tensors = [torch.from_numpy(part).to(find_device()) for part in code]
    law = decode_rows(*code[:4], backend="naive")
    slopes = decode_rows_backward(*code, backend="naive")
    ours = (gpu.forward(*tensors[:4]), *gpu.backward(*tensors))
    for mine, true in zip(ours, (law, *slopes), strict=True):
        np.testing.assert_allclose(mine.cpu().numpy(), true, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("magnitude", [False, True])
def test_the_best_rows_on_a_gpu_are_the_law(magnitude, monkeypatch):
    from neurosparse.kernels.coding.encode_topk import gpu

    monkeypatch.setattr(gpu, "ROWS", 4)
    rng = np.random.default_rng(2)
    x, rows, bias = (
        rng.integers(-2, 3, size).astype(np.float32) for size in ((3, 2), (11, 2), 11)
    )
    tensors = [torch.from_numpy(part).to(find_device()) for part in (x, rows, bias)]
    best, values = gpu.encode(*tensors, 5, magnitude)
    law = encode_topk(x, rows, 5, bias, magnitude=magnitude, backend="naive")
    np.testing.assert_array_equal(best.cpu().numpy(), law[0])
    np.testing.assert_array_equal(values.cpu().numpy(), law[1])


def test_what_a_gpu_cannot_do_is_refused():
    from neurosparse.kernels.coding.encode_topk import gpu

    x = torch.zeros(1, 2)
    with pytest.raises(ValueError, match="k: got 9000"):
        gpu.encode(x, x, x[0], 9000, False)
    with pytest.raises(ValueError, match="float64"):
        gpu.encode(x.double(), x.double(), x[0].double(), 1, False)
