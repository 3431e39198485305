"""Training: fit, rewire, prune, save, resume."""
