"""Draw the benchmark networks with NumPy, the same for every simulator, and keep them in a cache
folder.

Rows are presynaptic neurons: `indices[indptr[k]:indptr[k + 1]]` are the targets of neuron k,
ascending.
Projections run from all neurons to all neurons; rows of neurons that do not take part are empty.
"""

import getpass
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine_models.constants import (
    DT,
    PD_V0_MEAN,
    PD_V0_SPREAD,
    Brunel,
    Cuba,
    Fly,
    Microcircuit,
)

VERSION = 1


class Edges(NamedTuple):
    """One projection in CSR form; `weight` and `delay` (steps) are None where one scalar holds for
    all.
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    weight: NDArray[np.float32] | None = None
    delay: NDArray[np.uint8] | None = None

    @property
    def pre(self) -> NDArray[np.int32]:
        """Presynaptic neuron of every synapse `[nnz]`."""
        return np.repeat(
            np.arange(len(self.indptr) - 1, dtype=np.int32), np.diff(self.indptr)
        )


class Drawn(NamedTuple):
    """A drawn network: initial potentials in mV `[n]` and projections by name."""

    v0: NDArray[np.float64]
    projections: dict[str, Edges]


def _csr(
    n: int, pre: NDArray[np.integer], post: NDArray[np.int32], *parts: NDArray[np.generic]
) -> Edges:
    """Sort an edge list by (pre, post)."""
    order = np.argsort(pre.astype(np.int64) * n + post, kind="stable")
    indptr = np.concatenate(([0], np.cumsum(np.bincount(pre, minlength=n))))
    return Edges(
        indptr.astype(np.int64),
        post[order].astype(np.int32),
        *(part[order] for part in parts),
    )


def _bernoulli(n: int, rows: range, p: float, rng: np.random.Generator) -> Edges:
    """Every pair (row, any neuron) with probability p, by geometric gaps in the flattened
    matrix.
    """
    pairs = len(rows) * n
    guess = int(pairs * p + 10 * np.sqrt(pairs * p) + 10)
    flat = np.cumsum(rng.geometric(p, guess)) - 1
    flat = flat[flat < pairs]
    indptr = np.zeros(n + 1, np.int64)
    indptr[1:] = np.cumsum(np.bincount(flat // n + rows.start, minlength=n))
    return Edges(indptr, (flat % n).astype(np.int32))


def _fixed_in_degree(
    n: int, sources: range, degree: int, rng: np.random.Generator
) -> Edges:
    """Every neuron gets `degree` different sources."""
    pre = np.empty((n, degree), np.uint16 if n < 2**16 else np.int32)
    for row in pre:
        row[:] = (
            rng.choice(len(sources), degree, replace=False, shuffle=False) + sources.start
        )
    order = np.argsort(pre.ravel(), kind="stable")
    indptr = np.concatenate(([0], np.cumsum(np.bincount(pre.ravel(), minlength=n))))
    return Edges(indptr.astype(np.int64), (order // degree).astype(np.int32))


def cuba(n: int, seed: int) -> Drawn:
    """Vogels-Abbott network of `n` neurons, the first 80 % excitatory; projections `exc` and
    `inh`.
    """
    rng = np.random.default_rng(seed)
    c = Cuba()
    n_e = round(c.excitatory * n)
    p = c.in_degree / n
    edges = {
        "exc": _bernoulli(n, range(n_e), p, rng),
        "inh": _bernoulli(n, range(n_e, n), p, rng),
    }
    return Drawn(rng.uniform(c.v_reset, c.v_threshold, n), edges)


def brunel(n: int, seed: int) -> Drawn:
    """Brunel's network of `n` neurons (12,500 in the paper), in-degrees as published; `exc` and
    `inh`.
    """
    rng = np.random.default_rng(seed)
    c = Brunel()
    n_e = n * 4 // 5
    c_e = c.c_e * n // 12_500
    c_i = c.c_i * n // 12_500
    edges = {
        "exc": _fixed_in_degree(n, range(n_e), c_e, rng),
        "inh": _fixed_in_degree(n, range(n_e, n), c_i, rng),
    }
    return Drawn(rng.uniform(c.v_reset, c.theta, n), edges)


def fly(n: int, seed: int) -> Drawn:
    """Fly-sized network; projection `all`, whose weights are signed synapse counts.

    Out- and in-strengths are log-normal (sigma 1), counts are log-normal rounded up (18 % above
    four).
    """
    rng = np.random.default_rng(seed)
    c = Fly()
    wanted = round(c.connections * n / c.n)
    out = rng.lognormal(0, 1, n)
    into = rng.lognormal(0, 1, n)
    # a few pairs are drawn twice and kept once, so slightly more are drawn than wanted
    degree = rng.poisson(1.004 * wanted * out / out.sum())
    pre = np.repeat(np.arange(n, dtype=np.int64), degree)
    post = np.searchsorted(np.cumsum(into[:-1]) / into.sum(), rng.random(len(pre)))
    key = np.sort(pre * n + post)
    key = key[np.diff(key, prepend=-1) > 0]
    indptr = np.concatenate(([0], np.cumsum(np.bincount(key // n, minlength=n))))
    count = np.ceil(np.exp(rng.normal(0.47, 1.0, len(key)))).astype(np.float32)
    sign = np.where(rng.random(n) < c.excitatory, 1, -1).astype(np.float32)
    weight = count * np.repeat(sign, np.diff(indptr))
    return Drawn(
        np.zeros(n),
        {"all": Edges(indptr.astype(np.int64), (key % n).astype(np.int32), weight)},
    )


def fly_driven(n: int, neurons: int, seed: int) -> NDArray[np.int64]:
    """Which neurons of the fly-sized network are driven, ascending."""
    return np.sort(np.random.default_rng([seed, neurons]).choice(n, neurons, replace=False))


def microcircuit_sizes(percent: int) -> NDArray[np.int64]:
    """Neurons of the eight populations at `percent` of the full size."""
    return np.rint(np.array(Microcircuit().sizes) * percent / 100).astype(np.int64)


def microcircuit_psc() -> NDArray[np.float64]:
    """Mean synaptic current of the full microcircuit in pA, `[target, source]`."""
    c = Microcircuit()
    psc = np.full((8, 8), c.psc)
    psc[:, 1::2] *= c.g
    psc[0, 2] *= 2  # 4E to 23E, as published
    return psc


def microcircuit_direct_current(percent: int) -> NDArray[np.float64]:
    """Current in pA that makes up for the input lost by thinning the in-degrees, `[8]`."""
    c = Microcircuit()
    sizes = np.array(c.sizes)
    per_target = microcircuit_synapses() / sizes[:, None]
    recurrent = (per_target * microcircuit_psc()) @ np.array(c.full_rates)
    external = np.array(c.external) * c.external_rate * c.psc
    return 1e-3 * c.tau_syn * (1 - np.sqrt(percent / 100)) * (recurrent + external)


def microcircuit_synapses() -> NDArray[np.float64]:
    """Synapses of the full microcircuit, `[target, source]`."""
    c = Microcircuit()
    sizes = np.array(c.sizes, float)
    return np.rint(
        np.log1p(-np.array(c.probability)) / np.log1p(-1 / np.outer(sizes, sizes))
    )


def microcircuit(percent: int, seed: int) -> Drawn:
    """Potjans-Diesmann microcircuit, neurons and in-degrees at `percent`; projection `all`, pA and
    steps.
    """
    rng = np.random.default_rng(seed)
    c = Microcircuit()
    sizes = microcircuit_sizes(percent)
    scale = percent / 100
    first = np.concatenate(([0], np.cumsum(sizes)))
    totals = np.rint(microcircuit_synapses() * scale * scale).astype(int)
    psc = microcircuit_psc() / np.sqrt(scale)
    parts = []
    for (target, source), total in np.ndenumerate(totals):
        pre = rng.integers(first[source], first[source + 1], total)
        post = rng.integers(first[target], first[target + 1], total)
        mean = abs(psc[target, source])
        sign = np.sign(psc[target, source])
        weight = sign * np.maximum(rng.normal(mean, c.weight_spread * mean, total), 0)
        mean = c.delay_i if source % 2 else c.delay_e
        delay = np.maximum(np.rint(rng.normal(mean, c.delay_spread * mean, total) / DT), 1)
        parts.append(
            (pre, post, weight.astype(np.float32), np.minimum(delay, 255).astype(np.uint8))
        )
    pre, post, weight, delay = (np.concatenate(part) for part in zip(*parts, strict=True))
    v0 = rng.normal(np.repeat(PD_V0_MEAN, sizes), np.repeat(PD_V0_SPREAD, sizes))
    return Drawn(
        v0, {"all": _csr(int(sizes.sum()), pre, post.astype(np.int32), weight, delay)}
    )


RULES: dict[str, Callable[[int, int], Drawn]] = {
    "cuba": cuba,
    "brunel": brunel,
    "stdp": brunel,
    "fly": fly,
    "microcircuit": microcircuit,
}


def cache_folder() -> Path:
    """Where drawn networks are kept: `$NEUROSPARSE_BENCH_CACHE` or a folder of this user among
    temporary files.
    """
    named = os.environ.get("NEUROSPARSE_BENCH_CACHE")
    return Path(
        named or Path(tempfile.gettempdir()) / f"neurosparse-bench-{getpass.getuser()}"
    )


def cached(model: str, size: int, seed: int) -> Drawn:
    """The drawn network, read from the cache folder or drawn now and kept there."""
    rule = RULES[model]
    folder = cache_folder() / f"{rule.__name__}-{size}-{seed}-v{VERSION}"
    if not folder.exists():
        _keep(rule(size, seed), folder)
    projections: dict[str, dict[str, NDArray[np.generic]]] = {}
    for file in sorted(folder.glob("*.*.npy")):
        name, part, _ = file.name.split(".")
        projections.setdefault(name, {})[part] = np.load(file, allow_pickle=False)
    v0 = np.load(folder / "v0.npy", allow_pickle=False)
    return Drawn(v0, {name: Edges(**parts) for name, parts in projections.items()})  # type: ignore[arg-type]


def _keep(drawn: Drawn, folder: Path) -> None:
    """Write a drawn network under a temporary name, then rename."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = Path(tempfile.mkdtemp(dir=folder.parent))
    np.save(temporary / "v0.npy", drawn.v0)
    for name, edges in drawn.projections.items():
        for part, array in edges._asdict().items():
            if array is not None:
                np.save(temporary / f"{name}.{part}.npy", array)
    try:
        temporary.rename(folder)
    except OSError:  # another process was faster and wrote the same
        shutil.rmtree(temporary)
