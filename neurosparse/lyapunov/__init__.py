"""How fast neighbouring trajectories part: spectra, their summaries, exponents of single neurons.

Estimators have names of their own because they answer different questions and need not agree:

- `spectrum` of a smooth system (rate network, Lorenz, linear map): the exponents proper, by QR.
- `event_spectrum` of `PhaseLif`: the exponents proper of a spiking network, from exact single-spike
  Jacobians.
- `spectrum` of `DiscreteLif`: *surrogate* exponents. The true derivative of a discrete LIF step is
  the leak alone (every exponent is ln β, whatever the wiring); the surrogate slope puts the wiring
  back, and the value depends on that slope.
- `separation_rate`: growth of one finite difference. For discrete LIF it sees the spikes that flip,
  and it has been measured to order networks of growing coupling *the other way round* than
  surrogate exponents do.
- `local_exponents`: growth of a perturbation of one neuron alone; a definition of this library.
"""

import lazy_loader

from neurosparse._faces import finding

_find, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__getattr__ = finding(__name__, _find, __all__)
