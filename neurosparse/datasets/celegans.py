"""The nervous system of the worm *Caenorhabditis elegans*, from four reconstructions."""

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.connectome import Connectome
from neurosparse.datasets.descriptor import DataFile, Dataset, provenance
from neurosparse.datasets.layout import Layout, load_layout
from neurosparse.datasets.locate import find
from neurosparse.errors import unknown_name

NEURONS = 302

Reconstruction = Literal[
    "cook_chem", "cook_gap", "varshney_chem", "varshney_gap", "white_chem", "white_gap",
    "witvliet1_chem", "witvliet1_gap", "witvliet2_chem", "witvliet2_gap",
    "witvliet3_chem", "witvliet3_gap", "witvliet4_chem", "witvliet4_gap",
    "witvliet5_chem", "witvliet5_gap", "witvliet6_chem", "witvliet6_gap",
    "witvliet7_chem", "witvliet7_gap", "witvliet8_chem", "witvliet8_gap",
]  # fmt: skip

CARD = Dataset(
    name="celegans",
    title="C. elegans, 302 neurons: chemical synapses and gap junctions of eleven animals",
    arrays="connectivity [302, 302] (weight = count), table: id, type [302]",
    files=(
        DataFile(
            name="celegans_302.npz",
            sha256="021495e90bb50606fa6b245de514d791bccb845a29b3d68e876fb3e60b6953a9",
            size=73_296,
            url="https://github.com/openworm/c302",
        ),
    ),
    licence=(
        "counts published by the cited papers (Varshney 2011: CC BY); the tables state no licence, "
        "the package cect publishes the Cook table under MIT"
    ),
    citation=(
        "cook: Cook et al. (2019), Nature 571, 63, doi:10.1038/s41586-019-1352-7; "
        "varshney: Varshney et al. (2011), PLoS Comput. Biol. 7, e1001066, "
        "doi:10.1371/journal.pcbi.1001066; "
        "white: White et al. (1986), Phil. Trans. R. Soc. B 314, 1, doi:10.1098/rstb.1986.0056; "
        "witvliet: Witvliet et al. (2021), Nature 596, 257, doi:10.1038/s41586-021-03778-8"
    ),
    homepage="https://github.com/openworm/c302",
    loader='neurosparse.datasets.c_elegans("varshney_chem")',
    embedded=True,
)

_LAYOUT: Layout = {
    "names": ("<U", (NEURONS,)),
    **dict.fromkeys(get_args(Reconstruction), ("<f4", (NEURONS, NEURONS))),
}


class Worm(Connectome):
    """One reconstruction of the worm; columns `id` and `type` are the names, such as "AVAL".

    Weight is the count from the row's neuron to the column's. Gap junctions conduct both ways and
    stand in both directions, with the larger count where a source states two. The counts of "cook"
    are sections of electron micrographs, not synapses. A neuron that was not reconstructed has no
    edges.
    """

    @property
    def name(self) -> NDArray[np.str_]:
        """Name of each neuron, text [302]."""
        return self.id


def c_elegans(which: Reconstruction = "varshney_chem") -> Worm:
    """Load a reconstruction of the worm; it comes with the package.

    Args:
        which: "cook", "varshney" or "white" for the adult hermaphrodite, "witvliet1" (birth) to
            "witvliet8" (adult) for the nerve ring, followed by "_chem" (synapses) or "_gap" (gap
            junctions).

    Raises:
        ValueError: there is no such reconstruction; the nearest is suggested.

    >>> worm = c_elegans("varshney_chem")
    >>> worm.connectivity.nnz, int(worm.connectivity.weights_array().sum())
    (2194, 6394)
    """
    if which not in get_args(Reconstruction):
        raise unknown_name("which", which, get_args(Reconstruction))
    stored = load_layout(find(CARD, CARD.files[0]), _LAYOUT)
    counts = stored[which].astype(np.float32)
    if which.endswith("_gap"):
        counts = np.maximum(counts, counts.T)
    names = stored["names"].astype(np.str_)
    about = provenance(CARD, "no signs: weight = count", which)
    return Worm(Connectivity.from_dense(counts), {"id": names, "type": names}, about)
