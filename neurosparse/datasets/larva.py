"""The brain of the larva of *Drosophila melanogaster*: every neuron, every synapse."""

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.connectome import Connectome
from neurosparse.datasets.descriptor import DataFile, Dataset, provenance
from neurosparse.datasets.layout import Layout, load_layout
from neurosparse.datasets.locate import find
from neurosparse.typing import Bool, Int32, Int64

NEURONS = 2_952
CONNECTIONS = 110_677
SYNAPSES = 352_611

CARD = Dataset(
    name="larva_brain",
    title="Drosophila larva brain: 2,952 neurons, 110,677 connections, 352,611 synapses",
    arrays=(
        "connectivity [2952, 2952] (weight = synapses); "
        "table: id, type, side, pair, brain [2952]"
    ),
    files=(
        DataFile(
            name="larva_brain.npz",
            sha256="d0a8051b3520624f681aa68e4f5a4aabb259df9ee8ce198eddb835e45ced30bb",
            size=299_724,
            url="https://github.com/neurodata/bilateral-connectome",
        ),
    ),
    licence="MIT (the tables of Pedigo et al. 2023)",
    citation=(
        "Winding et al. (2023), The connectome of an insect brain, Science 379, eadd9330, "
        "doi:10.1126/science.add9330; "
        "Pedigo et al. (2023), eLife 12, e83739, doi:10.7554/eLife.83739"
    ),
    homepage="https://github.com/neurodata/bilateral-connectome",
    loader="neurosparse.datasets.larva_brain()",
    embedded=True,
)

_LAYOUT: Layout = {
    "neuron_id": ("<i8", (NEURONS,)),
    "pre": ("<i4", (CONNECTIONS,)),
    "post": ("<i4", (CONNECTIONS,)),
    "synapses": ("<i4", (CONNECTIONS,)),
    "cell_type": ("<U", (NEURONS,)),
    "hemisphere": ("<U", (NEURONS,)),
    "pair_index": ("<i4", (NEURONS,)),
    "brain": ("|b1", (NEURONS,)),
}


_SIDES = {"L": "left", "R": "right", "C": "center"}


class LarvaBrain(Connectome):
    """The larva's connectome; columns `id`, `type`, `side`, `pair`, `brain`.

    `type` is one of 18 groups, such as "sensories", "KCs" or "unk"; `pair` the homologous neuron of
    the other hemisphere, or -1; `brain` whether the cell body lies in the brain: those of sensory
    and ascending axons do not. The source has no transmitters: weight is the number of synapses.
    """

    @property
    def neuron_id(self) -> Int64:
        """Identifier in the published reconstruction, int64 [2952]."""
        return self.id

    @property
    def cell_type(self) -> NDArray[np.str_]:
        """Column `type`, text [2952]."""
        return self.table["type"]

    @property
    def hemisphere(self) -> NDArray[np.str_]:
        """Column `side` as "L", "R" or "C" (centre), text [2952]."""
        letters = {side: letter for letter, side in _SIDES.items()}
        return np.array([letters[side] for side in self.table["side"].tolist()])

    @property
    def pair_index(self) -> Int32:
        """Column `pair`, int32 [2952]."""
        return self.table["pair"]

    @property
    def brain(self) -> Bool:
        """Column `brain`, bool [2952]."""
        return self.table["brain"]


def larva_brain() -> LarvaBrain:
    """Load the larva's brain; it comes with the package.

    Source: Winding et al. 2023, doi:10.1126/science.add9330.

    >>> brain = larva_brain()
    >>> brain.connectivity.nnz, int(brain.connectivity.weights_array().sum())
    (110677, 352611)
    >>> len(brain.members("sensories"))
    430
    """
    stored = load_layout(find(CARD, CARD.files[0]), _LAYOUT)
    synapses = stored["synapses"].astype(np.int32)
    if synapses.min() < 1 or synapses.sum() != SYNAPSES:
        raise ValueError(
            f"{CARD.files[0].name}: counts do not sum to {SYNAPSES}; install the package again"
        )
    return LarvaBrain(
        Connectivity.from_edges(
            stored["pre"].astype(np.int32),
            stored["post"].astype(np.int32),
            n_pre=NEURONS,
            n_post=NEURONS,
            weight=synapses.astype(np.float32),
            duplicates="refuse",
        ),
        {
            "id": stored["neuron_id"].astype(np.int64),
            "type": stored["cell_type"].astype(np.str_),
            "side": np.array([_SIDES[side] for side in stored["hemisphere"].tolist()]),
            "pair": stored["pair_index"].astype(np.int32),
            "brain": stored["brain"].astype(np.bool_),
        },
        provenance(CARD, "no signs: weight = synapses"),
    )
