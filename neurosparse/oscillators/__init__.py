"""Oscillators that pull at each other along the synapses of a `Connectivity`.

`Kuramoto` is a system of phases, `SphereOscillators` one of unit vectors; `oscillate` runs either.
A step costs one product with the sparse synapses for each stage of the method. Time has no unit
here: frequencies are in radians per whatever unit `duration` and `dt` are in.
"""

import lazy_loader

from neurosparse._faces import finding

_find, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__getattr__ = finding(__name__, _find, __all__)
