"""Sparse coding: which few atoms of a dictionary make a signal."""

import lazy_loader

from neurosparse._faces import finding

_find, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__getattr__ = finding(__name__, _find, __all__)
