"""One step's spikes, delivered by our kernels, by torch and by the law."""

import numpy as np
import torch

from neurosparse.engine.device_rows import Rows
from neurosparse.kernels.base.machine.gpu import blank, upload
from neurosparse.kernels.spikes.deliver.gpu import deliver, settle
from neurosparse.wiring import FixedOutDegree


class Volley:
    """One step's spikes through fixed out-degree rows."""

    def __init__(self, n, degree, active, device):
        self.built = FixedOutDegree(degree).build(n, n, np.random.default_rng(0))
        weight = np.random.default_rng(1).normal(size=self.built.nnz).astype(np.float32)
        self.fired = np.sort(
            np.random.default_rng(2).choice(n, max(1, int(active * n)), replace=False)
        ).astype(np.int32)
        self.weight = weight
        parts = (self.built.indptr, np.zeros(1, np.int64), self.built.indices, weight)
        segments, delays, indices, own = (upload(p, device) for p in parts)
        self.rows = Rows(segments, delays, indices, own, n_pre=n, n_post=n, each=True)
        self.log, self.now = upload(self.fired, device), upload(np.array([0, 0]), device)
        self.ends = upload(np.array([0, len(self.fired)]), device)
        self.out, self.sums = blank(n, np.float32, device), blank(n, np.int64, device)

    def fast(self):
        deliver(self.log, self.ends, self.now, self.rows, self.out, 1.0)

    def fixed(self):
        deliver(self.log, self.ends, self.now, self.rows, self.sums, 2.0**36)
        settle(self.sums, self.out, 2.0**-36)

    def scatter(self):
        """What one writes in torch: gather the synapses of the spikes, add them at their
        targets.
        """
        first = self.rows.segments[self.log.long()]
        count = self.rows.segments[self.log.long() + 1] - first
        offset = torch.repeat_interleave(first - (count.cumsum(0) - count), count)
        j = offset + torch.arange(len(offset), device=offset.device)
        self.out.index_add_(0, self.rows.indices[j].long(), self.rows.weights[j])

    def law(self):
        total = np.zeros(len(self.out))
        for i in self.fired:
            row = slice(self.built.indptr[i], self.built.indptr[i + 1])
            np.add.at(total, self.built.indices[row], self.weight[row])
        return total
