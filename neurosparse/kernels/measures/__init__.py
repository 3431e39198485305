"""Kernels of measures over recorded spikes."""
