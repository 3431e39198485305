"""Many runs of one function, over every point of a grid or a search, on one machine or many."""

import lazy_loader

from neurosparse._faces import finding

_find, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__getattr__ = finding(__name__, _find, __all__)
