"""The network of the demonstration: integrate-and-fire neurons under sensory drive.

The neurons are those of Shiu et al. 2024 (doi:10.1038/s41586-024-07763-9). The wiring diagram has
no signs, so these are assigned by a rule: local neurons (LNs) and modulatory neurons of the
mushroom body (MBINs) inhibit; sensory and ascending neurons, projection neurons (PNs, PNs-somato)
and Kenyon cells (KCs) excite; of all others a third inhibits, drawn by a fixed seed, both members
of a homologous pair alike. A neuron has one sign.
"""

from typing import Any

import numpy as np

from neurosparse.datasets import LarvaBrain
from neurosparse.typing import Bool, Float32

INHIBIT = ("LNs", "MBINs")
EXCITE = ("sensories", "ascendings", "PNs", "PNs-somato", "KCs")
SHARE = 1 / 3
DRAW_SEED = 2023
# mV, whole numbers that add exactly: a synapse of either sign, an event of the drive
WEIGHT_EXC = 1.0
WEIGHT_INH = -3.0
KICK = 70.0
RATE = 30.0  # Hz a sensory neuron
DELAY = 1.8  # ms
NEURON = {
    "tau_mem": 20.0,
    "tau_exc": 5.0,
    "v_rest": -52.0,
    "v_threshold": -45.0,
    "v_reset": -52.0,
    "t_ref": 2.2,
}


def inhibitory(brain: LarvaBrain) -> Bool:
    """Tell which neurons inhibit, by the rule above, bool `[2952]`.

    >>> from neurosparse.datasets import larva_brain
    >>> brain = larva_brain()
    >>> round(float(inhibitory(brain).mean()), 2)
    0.24
    """
    draw = np.random.default_rng(DRAW_SEED).random(brain.cell_type.size)
    second = (brain.pair_index >= 0) & (brain.pair_index < np.arange(draw.size))
    draw = np.where(second, draw[brain.pair_index], draw)
    by_chance = (draw < SHARE) & ~np.isin(brain.cell_type, EXCITE)
    result: Bool = by_chance | np.isin(brain.cell_type, INHIBIT)
    return result


def weights(brain: LarvaBrain) -> Float32:
    """Weight of each connection, `[nnz]`, mV: number of synapses times the sign's unit."""
    pre, _ = brain.connectivity.edges()
    unit = np.where(inhibitory(brain)[pre], WEIGHT_INH, WEIGHT_EXC)
    result: Float32 = (brain.connectivity.weights_array() * unit).astype(np.float32)
    return result


def network(brain: LarvaBrain) -> Any:
    """Declare "brain", "drive" with one source for each sensory neuron, and their wiring."""
    from neurosparse.connectivity import Connectivity
    from neurosparse.network import Network, Population, Projection
    from neurosparse.neurons import LIFExp, PoissonSource

    sensory = brain.members("sensories")
    one_each = Connectivity.from_edges(
        np.arange(sensory.size),
        sensory,
        n_pre=sensory.size,
        n_post=brain.cell_type.size,
        weight=KICK,
    )
    return Network(
        Population("drive", sensory.size, PoissonSource(rate=RATE)),
        Population("brain", brain.cell_type.size, LIFExp(**NEURON)),
        Projection("drive", "brain", one_each, delay=0.1),
        Projection(
            "brain", "brain", brain.connectivity.with_weight(weights(brain)), delay=DELAY
        ),
    )
