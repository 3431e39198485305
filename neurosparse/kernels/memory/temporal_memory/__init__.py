"""The loops of a temporal memory: dendritic activity, activation of cells, and learning of
segments.

A segment is a sparse row: its synapses lie at start <= p < start + length with a source cell and a
permanence, in rows that have room to grow. The same synapses are linked from their source cells, so
that a volley visits only what it reaches. The seven rules are written out in `naive.py`.

Source: Hawkins & Ahmad, "Why neurons have thousands of synapses, a theory of sequence memory in
neocortex", Front. Neural Circuits 10:23 (2016), doi:10.3389/fncir.2016.00023.
"""

from types import ModuleType

from neurosparse.kernels.memory.temporal_memory.values import EPSILON as EPSILON
from neurosparse.kernels.memory.temporal_memory.values import FIXED as FIXED
from neurosparse.kernels.memory.temporal_memory.values import PICK_SOURCE as PICK_SOURCE
from neurosparse.kernels.memory.temporal_memory.values import PICK_WINNER as PICK_WINNER
from neurosparse.kernels.memory.temporal_memory.values import Before as Before
from neurosparse.kernels.memory.temporal_memory.values import Listing as Listing
from neurosparse.kernels.memory.temporal_memory.values import Reach as Reach
from neurosparse.kernels.memory.temporal_memory.values import Rule as Rule
from neurosparse.kernels.memory.temporal_memory.values import as_cells as as_cells


def backend_module(backend: str) -> ModuleType:
    """Return the module with `empty`, `create`, `dendrites`, `activate` and `listing` of a backend.

    >>> backend_module("naive").__name__
    'neurosparse.kernels.memory.temporal_memory.naive'
    """
    match backend:
        case "naive":
            from neurosparse.kernels.memory.temporal_memory import naive

            return naive
        case "cpu":
            from neurosparse.kernels.memory.temporal_memory import compiled

            return compiled
    raise ValueError(f"backend: got {backend!r}, want 'naive' or 'cpu'")
