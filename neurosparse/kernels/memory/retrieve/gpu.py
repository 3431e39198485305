"""Retrieval on the GPU: the k best of each block stay; k doubles until the support fits."""

import numpy as np
import torch
import triton
import triton.language as tl
from torch import Tensor

from neurosparse.kernels.base.machine.gpu import find_device, upload
from neurosparse.kernels.memory.entmax.gpu import weigh_rule
from neurosparse.kernels.memory.entmax.rules import Rule, Support
from neurosparse.kernels.memory.retrieve.plan import Plan, Retrieved
from neurosparse.typing import Array

BLOCK_MEMORIES = 2**16


@triton.jit
def _mix(  # type: ignore[no-untyped-def]
    weights, indices, values, out, k, width, BLOCK: tl.constexpr
):
    """out[i, :] = Σ_j weights[i, j] values[indices[i, j], :];."""
    row = tl.program_id(0).to(tl.int64)
    at = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    total = tl.zeros([BLOCK], dtype=tl.float32)
    for j in range(k):
        w = tl.load(weights + row * k + j)
        source = tl.load(indices + row * k + j).to(tl.int64)
        total += w * tl.load(values + source * width + at, mask=at < width, other=0.0)
    tl.store(out + row * width + at, total, mask=at < width)


def mix(weights: Tensor, indices: Tensor, values: Tensor) -> Tensor:
    """Weighted sums of rows of values [N, v], by weights and indices [n, k] -> [n, v]."""
    n = len(weights)
    width = values.shape[1]
    out = torch.zeros((n, width), dtype=values.dtype, device=values.device)
    if out.numel():
        grid = (n, triton.cdiv(width, 64))
        _mix[grid](weights, indices, values, out, weights.shape[1], width, BLOCK=64)
    return out


def best(memories: Tensor, queries: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """(scores, indices) [n, k] of the largest dot products, descending, block by block."""
    scores = torch.empty((len(queries), 0), dtype=queries.dtype, device=queries.device)
    indices = torch.empty((len(queries), 0), dtype=torch.int64, device=queries.device)
    for first in range(0, len(memories), BLOCK_MEMORIES):
        block = queries @ memories[first : first + BLOCK_MEMORIES].T
        top = block.topk(min(k, block.shape[1]), 1)
        scores = torch.cat([scores, top.values], 1)
        indices = torch.cat([indices, top.indices + first], 1)
        keep = scores.topk(min(k, scores.shape[1]), 1)
        scores = keep.values
        indices = indices.gather(1, keep.indices)
    return scores, indices


def weigh_best(
    memories: Tensor, queries: Tensor, rule: Rule, beta: float, k: int = 64
) -> tuple[Tensor, Tensor]:
    """(weights, indices) [n, k]; k doubles until the last weight of every query is 0, or to N."""
    while True:
        k = min(k, len(memories))
        scores, indices = best(memories, queries, k)
        weights = weigh_rule((beta * scores).contiguous(), rule)
        if k == len(memories) or not bool((weights[:, -1] > 0).any()):
            return weights, indices
        k *= 2


def _tensors(*arrays: Array) -> list[Tensor]:
    device = find_device()
    return [upload(a, device) for a in arrays]


def retrieve(
    memories: Array, queries: Array, values: Array, rule: Rule, plan: Plan
) -> Retrieved:
    """state = weigh(β Q Xᵀ) V, with Q [n, d], X [N, d], V [N, v], in float32."""
    if rule.shape.total != 1 or queries.dtype != np.float32:
        received = f"{rule} in {queries.dtype} on the GPU"
        raise ValueError(f"rule: got {received}, wants an entmax or normmax in float32")
    x, q, v = _tensors(memories, queries, values)
    weights, indices = weigh_best(x, q, rule, plan.beta)
    state = mix(weights, indices, v).cpu().numpy()
    order = indices.argsort(1)
    p = weights.gather(1, order).cpu().numpy()
    index = indices.gather(1, order).cpu().numpy()
    # again in float64: the potential is a small difference
    gathered = memories[index].astype(np.float64)
    z = plan.beta * np.einsum("nd,nkd->nk", queries.astype(np.float64), gathered)
    potential = (z * p).sum(1) - rule.entropy(rule.term(p.astype(np.float64)).sum(1))
    indptr = np.concatenate(([0], np.cumsum((p > 0).sum(1))))
    support = Support(indptr, index[p > 0].astype(np.int32), p[p > 0])
    return Retrieved(
        state, support.sizes, potential, support if plan.keep_support else None
    )


def nearest(memories: Array, queries: Array, k: int, threads: int) -> tuple[Array, Array]:
    """The k largest dot products of each query."""
    x, q = _tensors(memories, queries)
    scores, indices = best(x, q, k)
    return indices.cpu().numpy().astype(np.int32), scores.cpu().numpy()
