"""Constant fan-in times batch on a GPU (Triton): the CSR programs, pointers known in advance."""

import torch
from torch import Tensor

from neurosparse.kernels.layers.csr_matmul import gpu as csr
from neurosparse.kernels.layers.sampled_outer.gpu import outer_edges


def _pointers(indices: Tensor) -> Tensor:
    n_post, fan_in = indices.shape
    return torch.arange(n_post + 1, device=indices.device) * fan_in


def forward(indices: Tensor, values: Tensor, x: Tensor, bias: Tensor | None) -> Tensor:
    """Compute `y[b, j] = bias[j] + Σ_k values[j, k] x[b, indices[j, k]]`."""
    places = torch.arange(indices.numel(), device=indices.device)
    inputs = x.T.contiguous()
    y = csr.gather(
        _pointers(indices), indices.flatten(), places, values.flatten(), inputs
    ).T
    return y.contiguous() if bias is None else y + bias


def backward(
    indices: Tensor, values: Tensor, x: Tensor, grad: Tensor
) -> tuple[Tensor, Tensor]:
    """Compute dx `[batch, n_pre]` and dvalues `[n_post, fan_in]`."""
    pointers = _pointers(indices)
    edges = indices.flatten()
    slopes = grad.T.contiguous()
    columns: csr.Columns = csr.remembered(
        indices, (x.shape[1],), lambda: csr.transpose(pointers, edges, x.shape[1])
    )
    dx = csr.gather(*columns, values.flatten(), slopes).T.contiguous()
    return dx, outer_edges(pointers, edges, slopes, x.T.contiguous()).reshape(indices.shape)
