"""Memories that are trained: Hopfield layers, product keys, code selection."""
