"""How many synapses each layer regrows, when layers may trade."""

from collections.abc import Sequence

import numpy as np

from neurosparse.kernels.layers.sampled_outer import sampled_outer
from neurosparse.rewiring.costs import costing, every_synapse
from neurosparse.rewiring.layer import LayerSynapses
from neurosparse.rewiring.rule import largest_remainder


@costing(every_synapse)
def by_mean_gradient(layers: Sequence[LayerSynapses], dropped: Sequence[int]) -> list[int]:
    """Spread all dropped synapses in proportion to each layer's mean |dL/dw| over its synapses.

    With a window of several batches this is the mean |momentum| of sparse momentum (Dettmers &
    Zettlemoyer 2019, arXiv 1907.04840), without a momentum for weights that do not exist.
    """
    means = []
    for layer in layers:
        seen = layer.seen()
        slopes = sampled_outer(
            layer.support.indptr, layer.support.indices, seen.inputs, seen.slopes
        )
        means.append(float(np.abs(slopes).mean()) if len(slopes) else 0.0)
    return largest_remainder(means, sum(dropped))
