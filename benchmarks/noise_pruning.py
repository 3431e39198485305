"""Noise pruning against drawing synapses by weight: where it gains, and where it does not.

Three clusters of excitatory neurons, dense within (0.6), pruned to a half and to a fifth of their
synapses. Both ways draw synapses with a chance that follows their score and rescale what is left.
The figure is the mean relative error of the ten slowest eigenvalues, over graphs and draws; a ratio
above 1 says how many times smaller it is with the noise score. The first case is that of the paper:
few weak synapses between clusters of different size. The others take away, one after the other,
what sets synapses apart: weak bridges, few bridges, and unequal clusters.

    python benchmarks/noise_pruning.py [--quick] [--json OUT]
"""

import numpy as np
from harness import Gate, Report, arguments

from neurosparse.analysis import bootstrap_interval
from neurosparse.connectivity import Connectivity
from neurosparse.pruning import (
    LinearNoise,
    NoiseScore,
    RecurrentNet,
    Sampled,
    slow_mode_error,
)
from neurosparse.rewiring import Magnitude

UNEQUAL = (75, 20, 55)
EQUAL = (50, 50, 50)
DENSE = 0.6
# sizes, whether weights differ and bridges are weak, share of the pairs between that are joined
CASES = {
    "clusters of 75, 20, 55; few weak bridges": (UNEQUAL, True, 0.01),
    "clusters of 75, 20, 55; all weights equal, few bridges": (UNEQUAL, False, 0.01),
    "clusters of 75, 20, 55; all weights equal, many bridges": (UNEQUAL, False, 0.3),
    "clusters of 50, 50, 50; few weak bridges": (EQUAL, True, 0.01),
    "clusters of 50, 50, 50; all weights equal, few bridges": (EQUAL, False, 0.01),
    "clusters of 50, 50, 50; all weights equal, many bridges": (EQUAL, False, 0.3),
}


def clusters(sizes, differ, share, rng):
    """A symmetric graph of clusters whose largest eigenvalue is 1 / 1.1."""
    n = sum(sizes)
    label = np.repeat(np.arange(len(sizes)), sizes)
    pairs = np.triu(np.ones((n, n), bool), 1)
    within = pairs & (label[:, None] == label)
    between = pairs & ~within
    weight = rng.normal(1.0, 1.0, (n, n)) if differ else np.ones((n, n))
    bridge = rng.random((n, n)) if differ else np.ones((n, n))
    w = weight * within * (rng.random((n, n)) < DENSE)
    w += bridge * between * (rng.random((n, n)) < share)
    w += w.T
    return Connectivity.from_dense(w / (1.1 * np.linalg.eigvalsh(w)[-1]))


def errors(connectivity, keep, draws):
    """Mean error of the slow modes by noise and by weight."""
    net = RecurrentNet.begin(connectivity)
    moments = LinearNoise()(net, None)  # they do not depend on the draw
    scores = NoiseScore(lambda n, r: moments), Magnitude()
    number = round(keep * connectivity.nnz)
    return [
        np.mean([slow_mode_error(net, Sampled(s)(net, number, i)) for i in range(draws)])
        for s in scores
    ]


def main():
    """Prune every case, and print the errors beside each other."""
    args = arguments(__doc__)
    graphs = 3 if args.quick else 20
    draws = 3 if args.quick else 5
    report = Report("numpy", "scipy", repeats=graphs)
    gate = Gate()
    for name, case in CASES.items():
        nets = [clusters(*case, np.random.default_rng(seed)) for seed in range(graphs)]
        for keep in (0.5, 0.2):
            pairs = np.array([errors(net, keep, draws) for net in nets])
            noise, weight = pairs.mean(axis=0)
            gate.true(f"{name}, {keep:g} kept: errors are errors", 0 < noise < 1.5)
            gain = bootstrap_interval(pairs[:, 1] - pairs[:, 0])
            words = f"{gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]"
            report.add(
                f"{name}; {keep:.0%} kept; by weight - by noise {words}",
                "error of slow modes",
                "1",
                noise,
                weight,
                peer_name="drawn by weight",
            )
    gate.demand()
    report.finish(args.json)


if __name__ == "__main__":
    main()
