"""Assembled networks and their dense twins."""

import lazy_loader

# reached through the top-level link this module would exist twice
assert __name__ == "neurosparse.models"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
