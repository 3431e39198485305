"""Sparse layers, activations and networks of them."""
