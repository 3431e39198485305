"""Anomaly detection in streams: scores, the Numenta benchmark, its baselines."""
