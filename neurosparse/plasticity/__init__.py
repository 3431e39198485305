"""Rules that change weights: by spike timing, by a third factor, towards a rate, by activity."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
