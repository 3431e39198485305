"""Sparse autoencoders: what is selected, what is lost, and how they are trained."""
