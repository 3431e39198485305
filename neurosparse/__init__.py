"""Event-driven simulation, training and measurement of sparse neural networks on truly sparse
storage.

Every room is an attribute and loads on first use: `neurosparse.wiring.Bernoulli`.

>>> import neurosparse
>>> neurosparse.wiring.Bernoulli(0.1).build(100, 100, rng=1).shape
(100, 100)
"""

import lazy_loader

from neurosparse._faces import finding

__version__ = "0.1.0"

_find, _names, _public = lazy_loader.attach_stub(__name__, __file__)
__getattr__ = finding(__name__, _find, _public)
__all__ = ["__version__", *_public]


def __dir__() -> list[str]:
    """List the rooms and the public names, loaded or not."""
    return sorted(__all__)
