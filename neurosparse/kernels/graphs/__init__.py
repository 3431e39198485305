"""Kernels of graphs: wiring, shuffling, paths, triangles, communities."""
