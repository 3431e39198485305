"""Spike statistics from flat arrays or chunks: rates, correlation, spectra, avalanches."""
