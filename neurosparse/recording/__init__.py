"""Recording: spikes, states, rates and weights, into memory or straight to Zarr, and their results.

The engine hands arrays to sinks between chunks of its time loop; `RunStore` makes sinks that write
to disk,
`open_run` reads them back, `MemorySpikes` and its sisters keep everything in memory.
"""

import lazy_loader

from neurosparse._faces import finding

_find, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__getattr__ = finding(__name__, _find, __all__)
