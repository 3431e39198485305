"""Decoding on the GPU (Triton): 32-bit words, one program for a query and a block of units."""

from typing import Any

import numpy as np
import torch
import triton
import triton.language as tl

from neurosparse.kernels.base.machine.gpu import find_device, upload
from neurosparse.kernels.memory.overlap.gpu import popcount
from neurosparse.typing import Array, Float32, Int32, UInt64

BLOCK = 128  # units of a program


@triton.jit
def _reaching(  # type: ignore[no-untyped-def]
    links, states, out, n, clusters, words, BLOCK: tl.constexpr
):
    q = tl.program_id(0).to(tl.int64)
    unit = tl.program_id(1).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    count = tl.zeros((BLOCK,), tl.int32)
    for b in range(clusters):
        seen = tl.zeros((BLOCK,), tl.int32)
        for w in range(words):
            row = tl.load(links + (unit * clusters + b) * words + w, mask=unit < n, other=0)
            seen |= row & tl.load(states + (q * clusters + b) * words + w)
        count += (seen != 0).to(tl.int32)
    tl.store(out + q * n + unit, count, mask=unit < n)


@triton.jit
def _shared(  # type: ignore[no-untyped-def]
    links, states, out, n, clusters, words, BLOCK: tl.constexpr
):
    q = tl.program_id(0).to(tl.int64)
    unit = tl.program_id(1).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for b in range(clusters):
        votes = tl.zeros((BLOCK,), tl.int32)
        active = tl.zeros((BLOCK,), tl.int32)
        for w in range(words):
            row = tl.load(links + (unit * clusters + b) * words + w, mask=unit < n, other=0)
            state = tl.load(states + (q * clusters + b) * words + w)
            votes += popcount(row & state)
            active += popcount(state + tl.zeros((BLOCK,), tl.int32))
        total += votes.to(tl.float32) / tl.maximum(active, 1).to(tl.float32)
    tl.store(out + q * n + unit, total, mask=unit < n)


def scores_of(kernel: Any, links: Any, states: Any, clusters: int, kind: Any) -> Any:
    """Run a kernel on links [n, clusters·words] and states [queries, clusters·words], both int32.

    Returns:
        Scores [queries, n].
    """
    out = torch.empty((states.shape[0], links.shape[0]), dtype=kind, device=links.device)
    if out.numel():
        grid = (states.shape[0], triton.cdiv(links.shape[0], BLOCK))
        words = links.shape[1] // clusters
        kernel[grid](links, states, out, links.shape[0], clusters, words, BLOCK=BLOCK)
    return out


def _tensors(links: UInt64, states: UInt64) -> tuple[Any, Any, int]:
    clusters, units = links.shape[:2]
    across = links.shape[2] * links.shape[3]
    rows = links.reshape(clusters * units, across).view(np.int32)
    active = states.reshape(len(states), across).view(np.int32)
    device = find_device()
    return upload(rows, device), upload(active, device), clusters


def _scores(kernel: Any, links: UInt64, states: UInt64, kind: Any) -> Array:
    out = scores_of(kernel, *_tensors(links, states), kind)
    return np.asarray(out.cpu().numpy()).reshape(len(states), *links.shape[:2])


def reaching_clusters(links: UInt64, states: UInt64) -> Int32:
    """Clusters with an active unit linked to each unit, [queries, clusters, units]."""
    return _scores(_reaching, links, states, torch.int32)


def shared_votes(links: UInt64, states: UInt64) -> Float32:
    """Shares of active units linked to each unit, [queries, clusters, units]."""
    return _scores(_shared, links, states, torch.float32)


def eliminate(links: UInt64, states: UInt64, passes: int) -> tuple[UInt64, Int32]:
    """Drop unsupported units until none is."""
    rows, left, clusters = _tensors(links, states)
    queries = len(states)
    units = links.shape[1]
    taken = torch.zeros(queries, dtype=torch.int32, device=left.device)
    moving = torch.ones(queries, dtype=torch.bool, device=left.device)
    between = rows & _between(rows, clusters, units)
    for _ in range(passes):
        if not bool(moving.any()):
            break
        reach = scores_of(_reaching, between, left, clusters, torch.int32)
        reached = (reach == clusters - 1).reshape(queries, clusters, units)
        after = _pack(reached & _unpack(left, clusters, units))
        taken += moving.to(torch.int32)
        moving &= (after != left).any(1)
        left = after
    return left.cpu().numpy().view(np.uint64).reshape(states.shape), taken.cpu().numpy()


def _between(rows: Any, clusters: int, units: int) -> Any:
    """Ones everywhere but at links inside a cluster, which do not count."""
    shape = (clusters, units, clusters, rows.shape[1] // clusters)
    keep = torch.full(shape, -1, dtype=torch.int32, device=rows.device)
    of = torch.arange(clusters, device=rows.device)
    keep[of, :, of] = 0
    return keep.reshape(rows.shape)


def _unpack(words: Any, clusters: int, units: int) -> Any:
    """int32 [queries, clusters·words] to boolean [queries, clusters, units]."""
    shift = torch.arange(32, dtype=torch.int32, device=words.device)
    bits = (words.reshape(len(words), clusters, words.shape[1] // clusters, 1) >> shift) & 1
    return bits.flatten(2)[..., :units].bool()


def _pack(bits: Any) -> Any:
    """Boolean [queries, clusters, units] to int32 [queries, clusters·words].

    A cluster fills whole 64-bit words.
    """
    queries, clusters, units = bits.shape
    shape = (queries, clusters, (units + 63) // 64 * 64)
    padded = torch.zeros(shape, dtype=torch.int64, device=bits.device)
    padded[..., :units] = bits
    ones = torch.ones(32, dtype=torch.int64)
    powers = torch.bitwise_left_shift(ones, torch.arange(32)).to(bits.device)
    words = (padded.reshape(queries, clusters, padded.shape[2] // 32, 32) * powers).sum(-1)
    return words.to(torch.int32).flatten(1)
