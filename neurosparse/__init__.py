"""Event-driven simulation, training and measurement of sparse neural networks on truly sparse
storage.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# public name -> module that defines it; loaded on first use so that the import compiles nothing
_HOME = {
    "AnomalyDetector": "htm",
    "Connectivity": "connectivity",
    "HopfieldMemory": "hopfield",
    "Network": "network",
    "Population": "network",
    "Projection": "network",
    "SDR": "sdr",
    "Simulator": "engine",
    "SpatialPooler": "htm",
    "TemporalMemory": "htm",
}

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity as Connectivity
    from neurosparse.engine import Simulator as Simulator
    from neurosparse.htm import AnomalyDetector as AnomalyDetector
    from neurosparse.htm import SpatialPooler as SpatialPooler
    from neurosparse.htm import TemporalMemory as TemporalMemory
    from neurosparse.memory.vectors import HopfieldMemory as HopfieldMemory
    from neurosparse.network import Network as Network
    from neurosparse.network import Population as Population
    from neurosparse.network import Projection as Projection
    from neurosparse.sdr import SDR as SDR

__all__ = ["__version__", *sorted(_HOME)]


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562)."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module 'neurosparse' has no attribute {name!r}")
    return getattr(import_module(f"neurosparse.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)
