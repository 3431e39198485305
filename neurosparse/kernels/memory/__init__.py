"""Kernels of memories and codes: overlaps, retrieval, entmax, cliques, HTM."""
