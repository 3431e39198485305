"""Wiring rules: each a small object with build(n_pre, n_post, rng) -> Connectivity."""
