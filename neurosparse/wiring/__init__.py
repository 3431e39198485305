"""Wiring rules: each a small object with build(n_pre, n_post, rng) -> Connectivity."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
