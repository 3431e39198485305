"""The brain of the larva of *Drosophila melanogaster*: every neuron, every synapse."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.datasets.descriptor import DataFile, Dataset
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
        "cell_type, hemisphere, pair_index, neuron_id, brain [2952]"
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


class LarvaBrain(NamedTuple):
    """The wiring diagram and what is known of each neuron.

    Attributes:
        connectivity: weight is the number of synapses from the row's neuron to the column's.
        neuron_id: identifier in the published reconstruction, int64 [2952].
        cell_type: one of 18 groups, such as "sensories", "KCs" or "unk", text [2952].
        hemisphere: "L", "R" or "C" (centre), text [2952].
        pair_index: the homologous neuron of the other hemisphere, or -1, int32 [2952].
        brain: whether the cell body lies in the brain; sensory and ascending axons do not, bool
            [2952].
    """

    connectivity: Connectivity
    neuron_id: Int64
    cell_type: NDArray[np.str_]
    hemisphere: NDArray[np.str_]
    pair_index: Int32
    brain: Bool

    def members(self, cell_type: str | Sequence[str]) -> Int32:
        """Indices of the neurons of one cell type or several, ascending.

        Raises:
            ValueError: there is no such type.
        """
        names = np.atleast_1d(np.asarray(cell_type, np.str_)).ravel()
        known = np.unique(self.cell_type)
        unknown = names[~np.isin(names, known)]
        if unknown.size or not names.size:
            fault = str(unknown[0]) if unknown.size else "none"
            raise ValueError(f"cell_type: got {fault!r}, wants one of {', '.join(known)}")
        return np.flatnonzero(np.isin(self.cell_type, names)).astype(np.int32)


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
        connectivity=Connectivity.from_edges(
            stored["pre"].astype(np.int32),
            stored["post"].astype(np.int32),
            n_pre=NEURONS,
            n_post=NEURONS,
            weight=synapses.astype(np.float32),
            duplicates="refuse",
        ),
        neuron_id=stored["neuron_id"].astype(np.int64),
        cell_type=stored["cell_type"].astype(np.str_),
        hemisphere=stored["hemisphere"].astype(np.str_),
        pair_index=stored["pair_index"].astype(np.int32),
        brain=stored["brain"].astype(np.bool_),
    )
