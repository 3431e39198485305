"""Rules that change the support: score, drop, grow, on the synapses themselves."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
