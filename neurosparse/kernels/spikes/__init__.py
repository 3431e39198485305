"""Kernels of simulation: neurons, delivery of spikes, input, plasticity, recording."""
