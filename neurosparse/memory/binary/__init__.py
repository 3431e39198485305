"""Binary and classical associative memories, decoded by kernels and run as spiking networks."""
