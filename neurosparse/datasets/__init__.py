"""Real data sets: source, checksum, licence, citation, loader.

>>> from neurosparse.datasets import larva_brain
>>> larva_brain().connectivity.shape
(2952, 2952)
"""

import lazy_loader

from neurosparse._faces import finding

# reached through the top-level link this module would exist twice
assert __name__ == "neurosparse.datasets"

_find, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__getattr__ = finding(__name__, _find, __all__)
