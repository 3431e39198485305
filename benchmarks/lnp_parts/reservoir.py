"""A population of the HRSNN's neurons, run as a reservoir with a ridge readout."""

from dataclasses import dataclass

import numpy as np

from neurosparse.kernels.layers.recurrent_scan import recurrent_scan
from neurosparse.kernels.layers.recurrent_scan.parts import Neurons, by_delay

# ms of the two filters through which a readout sees each neuron, and of a synapse
FILTERS = (5.0, 30.0)
TAU_SYN = 5.0
THRESHOLD = 1.0
ALPHA = float(np.exp(-1.0 / TAU_SYN))


@dataclass
class Trace:
    """Where a run stands: the state of the scan and the filtered spikes `[filters, batch, n]`."""

    scan: object
    filtered: np.ndarray


class Reservoir:
    """A pruned network at work; `weights_in [d, n of the first network]` are those of its own
    neurons.
    """

    def __init__(self, net, weights_in, bias):
        c = net.connectivity
        self.n, self.fan_out = c.n_pre, c.out_degree.astype(np.float64)
        self.synapses, self.values = by_delay(c.indptr, c.indices, 0), c.weights_array()
        beta = np.exp(-np.maximum(net.leak, 0.0)).astype(np.float32)
        same = np.full(self.n, 1.0, np.float32)
        self.neurons = Neurons(ALPHA * same, beta, THRESHOLD * same)
        self.weights_in = weights_in[:, net.neurons]
        self.bias = bias[net.neurons]
        self.spikes = self.synops = self.steps = 0.0

    def run(self, x, trace=None, hold=1, every=1):
        """Run over x `[time, batch, d]`, each input for `hold` steps; features `[time / every,
        batch, 2 n + 1]`.
        """
        drive = np.repeat(x, hold, axis=0) @ self.weights_in + self.bias
        out = recurrent_scan(
            self.synapses,
            self.values,
            self.neurons,
            drive.astype(np.float32),
            None if trace is None else trace.scan,
        )
        fired = out.spikes.sum(axis=(0, 1), dtype=np.float64)
        self.spikes += fired.sum()
        self.synops += float(fired @ self.fan_out)
        self.steps += out.spikes.shape[0] * out.spikes.shape[1]
        keep = np.exp(-1.0 / np.array(FILTERS, np.float32))[:, None, None]
        batch = out.spikes.shape[1]
        held = (
            np.zeros((len(FILTERS), batch, self.n), np.float32)
            if trace is None
            else trace.filtered
        )
        features = np.empty((len(x) // every, batch, len(FILTERS) * self.n + 1), np.float32)
        for t, z in enumerate(out.spikes):
            held = keep * held + (1 - keep) * z
            if (t + 1) % (hold * every) == 0:
                features[t // (hold * every), :, :-1] = held.transpose(1, 0, 2).reshape(
                    batch, -1
                )
        features[..., -1] = 1.0
        return features, Trace(out.state, held)


def ridge(features, targets, strengths=(1e-6, 1e-5, 1e-4, 1e-3, 1e-2)):
    """Fit targets `[k, m]` on features `[k, f]`; the strength is the one that does best on the last
    fifth.
    """
    x = np.asarray(features, np.float64)
    y = np.asarray(targets, np.float64)
    cut = len(x) * 4 // 5
    gram, cross = x[:cut].T @ x[:cut], x[:cut].T @ y[:cut]
    eye = np.eye(len(gram))

    def solved(a, b, strength, samples):
        return np.linalg.solve(a + strength * samples * eye, b)

    errors = [
        np.mean((x[cut:] @ solved(gram, cross, s, cut) - y[cut:]) ** 2) for s in strengths
    ]
    best = strengths[int(np.argmin(errors))]
    return solved(x.T @ x, x.T @ y, best, len(x))
