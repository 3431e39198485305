"""Decoding on the GPU (Triton): 32-bit words, one program for a query and a block of units."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import triton
import triton.language as tl
from numpy.typing import NDArray

from neurosparse.kernels.base.machine.gpu import find_device, upload
from neurosparse.kernels.memory.overlap.gpu import _popcount

Words = NDArray[np.uint64]
BLOCK = 128  # units of a program


@triton.jit
def _reaching(links, states, out, n, clusters, words, BLOCK: tl.constexpr):  # type: ignore[no-untyped-def]
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
def _shared(links, states, out, n, clusters, words, BLOCK: tl.constexpr):  # type: ignore[no-untyped-def]
    q = tl.program_id(0).to(tl.int64)
    unit = tl.program_id(1).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for b in range(clusters):
        votes = tl.zeros((BLOCK,), tl.int32)
        active = tl.zeros((BLOCK,), tl.int32)
        for w in range(words):
            row = tl.load(links + (unit * clusters + b) * words + w, mask=unit < n, other=0)
            state = tl.load(states + (q * clusters + b) * words + w)
            votes += _popcount(row & state)
            active += _popcount(state + tl.zeros((BLOCK,), tl.int32))
        total += votes.to(tl.float32) / tl.maximum(active, 1).to(tl.float32)
    tl.store(out + q * n + unit, total, mask=unit < n)


def scores_of(kernel: Any, links: Any, states: Any, clusters: int, kind: Any) -> Any:
    """Run a kernel on int32 tensors links [n, clusters·words] and states [queries, clusters·words]
    -> [queries, n].
    """
    out = torch.empty((states.shape[0], links.shape[0]), dtype=kind, device=links.device)
    if out.numel():
        grid = (states.shape[0], triton.cdiv(links.shape[0], BLOCK))
        kernel[grid](
            links, states, out, links.shape[0], clusters, links.shape[1] // clusters, BLOCK=BLOCK
        )
    return out


def _tensors(links: Words, states: Words) -> tuple[Any, Any, int]:
    clusters, units = links.shape[:2]
    across = links.shape[2] * links.shape[3]
    flat = (links.reshape(clusters * units, across), states.reshape(len(states), across))
    rows, active = (upload(v.view(np.int32), find_device()) for v in flat)
    return rows, active, clusters


def _scores(kernel: Any, links: Words, states: Words, kind: Any) -> NDArray[Any]:
    out = scores_of(kernel, *_tensors(links, states), kind)
    return np.asarray(out.cpu().numpy()).reshape(len(states), *links.shape[:2])


def reaching_clusters(links: Words, states: Words) -> NDArray[np.int32]:
    """Clusters with an active unit linked to each unit, [queries, clusters, units]."""
    return _scores(_reaching, links, states, torch.int32)


def shared_votes(links: Words, states: Words) -> NDArray[np.float32]:
    """Shares of active units linked to each unit, [queries, clusters, units]."""
    return _scores(_shared, links, states, torch.float32)


def eliminate(links: Words, states: Words, passes: int) -> tuple[Words, NDArray[np.int32]]:
    """Drop unsupported units until none is; units count their own cluster as reaching them while
    they are on.
    """
    rows, left, clusters = _tensors(links, states)
    queries = len(states)
    units = links.shape[1]
    done = torch.zeros(queries, dtype=torch.int32, device=left.device)
    going = torch.ones(queries, dtype=torch.bool, device=left.device)
    inside = _inside(rows, clusters, units)
    for _ in range(passes):
        if not bool(going.any()):
            break
        reach = scores_of(_reaching, rows & inside, left, clusters, torch.int32)
        stay = (reach == clusters - 1).reshape(queries, clusters, units) & _unpack(
            left, clusters, units
        )
        after = _pack(stay)
        done += going.to(torch.int32)
        going &= (after != left).any(1)
        left = after
    return left.cpu().numpy().view(np.uint64).reshape(states.shape), done.cpu().numpy()


def _inside(rows: Any, clusters: int, units: int) -> Any:
    """Ones everywhere but at links inside a cluster, which do not count."""
    keep = torch.full(
        (clusters, units, clusters, rows.shape[1] // clusters),
        -1,
        dtype=torch.int32,
        device=rows.device,
    )
    of = torch.arange(clusters, device=rows.device)
    keep[of, :, of] = 0
    return keep.reshape(rows.shape)


def _unpack(words: Any, clusters: int, units: int) -> Any:
    """int32 [queries, clusters·words] to boolean [queries, clusters, units]."""
    shift = torch.arange(32, dtype=torch.int32, device=words.device)
    bits = (words.reshape(len(words), clusters, words.shape[1] // clusters, 1) >> shift) & 1
    return bits.flatten(2)[..., :units].bool()


def _pack(bits: Any) -> Any:
    """Boolean [queries, clusters, units] to int32 [queries, clusters·words], a cluster on whole
    64-bit words.
    """
    queries, clusters, units = bits.shape
    padded = torch.zeros(
        (queries, clusters, (units + 63) // 64 * 64), dtype=torch.int64, device=bits.device
    )
    padded[..., :units] = bits
    powers = torch.bitwise_left_shift(torch.ones(32, dtype=torch.int64), torch.arange(32)).to(
        bits.device
    )
    words = (padded.reshape(queries, clusters, padded.shape[2] // 32, 32) * powers).sum(-1)
    return words.to(torch.int32).flatten(1)
