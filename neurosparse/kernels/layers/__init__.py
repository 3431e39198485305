"""Kernels of trained layers: sparse and condensed products, scans through time, winners."""
