"""Spike statistics from flat arrays or chunks: rates, regularity, correlation, spectra,
avalanches.
"""
