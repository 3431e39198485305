"""Wiring diagrams that a model file can name: `wiring = { kind = "larva_brain" }`."""

from neurosparse.connectivity import Connectivity
from neurosparse.datasets.celegans import Reconstruction


def larva_brain() -> Connectivity:
    """The connections of the larva's brain, 2,952 neurons, weight = synapses.

    >>> larva_brain().nnz
    110677
    """
    from neurosparse.datasets import larva_brain as load

    return load().connectivity


def c_elegans(which: Reconstruction = "varshney_chem") -> Connectivity:
    """The connections of a reconstruction of the worm, 302 neurons, weight = count.

    >>> c_elegans("varshney_chem").nnz
    2194
    """
    from neurosparse.datasets import c_elegans as load

    return load(which).connectivity
